import type { Adapter } from '../../../src/adapters/contract.ts'
import type { Project } from '../project.fixture.ts'

/** A world that changes under a project: parts of it, what may happen to each, and what must hold after it. */

/** What has come to be of a project, beside its files. */
export interface Scene {
  readonly adapter: Adapter
  readonly project: Project
  readonly parts: readonly Part[]
  /** The clock of the planner; `--now`. */
  now: string
  /** How many days of orders there are, about. */
  days: number
  /** Texts of the models as they are now, by name. */
  readonly code: Map<string, Code>
  /** A plan that waits in `plan.json`. */
  saved?: Saved
}

/** How an analyst has changed a model: what is added to its numbers, and which columns it has beside. */
export interface Code {
  added: number
  columns: readonly string[]
}

/** Rows of tables and views as texts. */
export type Contents = Readonly<Record<string, readonly string[]>>

/** What was true when a plan was saved. */
interface Saved {
  /** Models that it builds. */
  readonly models: readonly string[]
  readonly code: ReadonlyMap<string, Code>
  /** Rows of the tables. */
  readonly contents: Contents
}

/** Something that happens; its numbers are taken as far as they fit. */
export type Happening = (scene: Scene, day: number, number: number) => unknown

/** A part of the world that can be left out: files, tables of others, the models that read them. */
export interface Part {
  readonly files: Readonly<Record<string, string>>
  /** The tables and incremental models of it, by name, which may be built alone and from nothing. */
  readonly models: readonly string[]
  /** Models whose code changes. */
  readonly edited?: Readonly<Record<string, (code: Code) => string>>
  /** Writes all files that hold rows. */
  readonly deliver?: (project: Project) => void
  /** SQL that makes the tables of others, as they are now. */
  readonly tables?: () => string
  readonly happenings?: Readonly<Record<string, Happening>>
  /** Looked at whenever something happened, and when everything is built. */
  readonly check?: (project: Project, isBuilt: boolean) => Promise<void>
  /** Tables that remember what cannot be built again. */
  readonly remembers?: readonly string[]
  /** Tables that keep columns of older code (`more`), or do not get those of newer code (`fewer`). */
  readonly columns?: Readonly<Record<string, 'more' | 'fewer'>>
}

export const firstDay = Date.UTC(2024, 2, 8)
export const timeZone = 'America/New_York'

/** The UTC date of a day of the world. */
export const dayText = (day: number): string => new Date(firstDay + day * 86_400_000).toISOString().slice(0, 10)

/** A text as a field of CSV. */
export const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`

export const pick = <T>(items: readonly T[], number: number): T => items[number % items.length] as T

export const settings = `name: world
time_zone: ${timeZone}
default_target: test
targets:
  test:
    on_code_change: rebuild
<target>
`

/** An incremental model of days that reads the orders of its days. */
export const ofOrders = (config: string, columns: string, rest = ''): string =>
  `{{ config(materialized='incremental', partition_by='order_date'${config}) }}
select o.order_date, ${columns}
from {{ ref('orders') }} as o
where {{ partition_filter('orders', alias='o') }}
${rest}`
