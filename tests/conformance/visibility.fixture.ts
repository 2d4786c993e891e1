import { expect } from 'vitest'
import type { Row } from '../../src/adapters/contract.ts'
import type { Fixture } from './fixtures.ts'
import { newProject, type Project } from './project.fixture.ts'
import { type Watched, watching } from './reader.fixture.ts'

/**
 * Readers beside runs: a project with a model of every strategy lives through deliveries that fail blocking assertions,
 * restatements, full refreshes, and columns that come, go and change their type, while others read all of its tables.
 */

const settings = `name: visible
default_target: test
targets:
  test:
    on_code_change: rebuild
<target>
`
const now = ['--now', '2024-01-20']
const rowsPerDay = 12

/** Models that a delivery can make fail, each alone. */
const judged = ['events', 'replaced', 'cut', 'merged', 'best', 'appended', 'everything', 'kept'] as const
type Judged = (typeof judged)[number]

/** What a blocking assertion refuses. */
type Fault = 'status' | 'double' | 'null'

/** What the files and the models say now. */
interface Scene {
  readonly project: Project
  /** Of each day, which version of its rows was delivered, and what is wrong with one of them. */
  readonly days: { version: number; fault?: `${Judged}/${Fault}` }[]
  factor: number
  more: readonly string[]
  wide: boolean
  switched: 'table' | 'view'
  /** In which order the view has its columns. */
  viewed: readonly string[]
}

const dayText = (day: number) => `2024-01-${String(day + 1).padStart(2, '0')}`

function deliver({ project, days }: Scene, day: number): void {
  const { version = 0, fault = '' } = days[day] ?? {}
  const rows = Array.from({ length: rowsPerDay - (version % 3) }, (_, i) => {
    return `${dayText(day)},${(day + 1) * 100 + i},${version * 7 + i},${i === 3 ? fault : ''}\n`
  })
  project.write(`data/events/${dayText(day)}.csv`, `day,id,n,fault\n${rows.join('')}`)
}

/** The columns of a model, of which a row that is delivered as its fault breaks an assertion. */
function columns(model: Judged, n = 'e.n'): string {
  const is = (fault: Fault) => `e.fault = '${model}/${fault}'`
  const id = `case when ${is('double')} then e.id - 1 when ${is('null')} then null else e.id end as id`
  return `e.day, ${id}, ${n} as n, case when ${is('status')} then 'bad' else 'ok' end as status`
}

const daily = (config: string) => `{{ config(materialized='incremental', partition_by='day', batch=2${config}) }}\n`
const windowed = "from {{ ref('events') }} as e where {{ partition_filter('events', alias='e') }}\n"

function modelsOf({ factor, more, wide, switched, viewed }: Omit<Scene, 'project' | 'days'>) {
  const added = more.map((name, i) => `, e.n + ${i} as ${name}`).join('')
  const n = wide ? `cast(e.n as bigint) * ${factor}` : `e.n * ${factor}`
  const replaced = (config: string, model: Judged) =>
    `${daily(`, on_schema_change='sync_all_columns'${config}`)}select ${columns(model, n)}${added} ${windowed}`
  return {
    'models/raw_data/events.sql': `${daily('')}select ${columns('events')}, e.fault
from {{ source('box', 'events') }} as e where {{ partition_filter('box.events', alias='e') }}\n`,
    'models/analytics/replaced.sql': replaced('', 'replaced'),
    'models/analytics/cut.sql': replaced(", table_partitions='month'", 'cut'),
    'models/analytics/merged.sql': `${daily(", strategy='merge', unique_key='id', delete_missing=true")}select ${columns('merged', n)} ${windowed}`,
    'models/analytics/best.sql': `{{ config(materialized='incremental', strategy='merge', unique_key='id') }}
select ${columns('best', n)} from {{ ref('events') }} as e\n`,
    'models/analytics/appended.sql': `${daily(", strategy='append'")}select ${columns('appended')} ${windowed}`,
    'models/analytics/everything.sql': `{{ config(materialized='table') }}
select ${columns('everything', n)}${added} from {{ ref('events') }} as e\n`,
    'models/analytics/kept.sql': `{{ config(materialized='history', unique_key='id', check_cols=['n'], hard_deletes='invalidate') }}
select ${columns('kept')} from {{ ref('events') }} as e\n`,
    'models/analytics/seen.sql': `{{ config(materialized='view') }}select ${viewed.join(', ')} from {{ ref('replaced') }}\n`,
    'models/analytics/switched.sql': `{{ config(materialized='${switched}') }}select day, id, n from {{ ref('events') }}\n`,
  }
}

const tested = (name: string) => `  - name: ${name}
    columns:
      - { name: id, data_tests: [unique, not_null] }
      - { name: status, data_tests: [{ accepted_values: { values: [ok] } }] }
`
const files = {
  'models/raw_data/sources.yml': `sources:
  - name: box
    tables:
      - name: events
        files: "data/events/{yyyy}-{MM}-{dd}.csv"
        event_time: day
        columns:
          - { name: day, data_type: date }
          - { name: id, data_type: integer }
          - { name: n, data_type: integer }
          - { name: fault, data_type: text }
`,
  'models/raw_data/models.yml': `models:\n${tested('events')}`,
  'models/analytics/models.yml': `models:\n${judged
    .filter((name) => name !== 'events')
    .map(tested)
    .join('')}`,
}

/** What blocking assertions refuse, in the rows that hold now. */
function wrong(rows: readonly Row[]): string | undefined {
  const current = rows.filter((row) => (row.valid_to ?? null) === null)
  const ids = new Set(current.map(({ id }) => id))
  if (ids.has(null)) return 'an id is null'
  if (ids.size < current.length) return 'an id is there twice'
  return current.some(({ status }) => status !== 'ok') ? 'a status is bad' : undefined
}

const cutByDay: readonly Judged[] = ['replaced', 'cut', 'merged', 'appended']
const whole: readonly Judged[] = ['best', 'everything', 'kept']
const watched: readonly Watched[] = [
  { relation: 'raw_data.events', by: 'day', wrong },
  ...cutByDay.map((name) => ({ relation: `analytics.${name}`, by: 'day', wrong })),
  ...whole.map((name) => ({ relation: `analytics.${name}`, wrong })),
  ...['seen', 'switched'].map((name) => ({ relation: `analytics.${name}`, by: 'day' })),
]

/** What happens in a round, and how the command that follows ends. */
interface Round {
  readonly says: string
  /** What is new, by a number that may be any. */
  readonly happen: (scene: Scene, number: number) => void
  readonly words?: readonly string[]
  /** Some blocking assertion fails. */
  readonly fails?: boolean
  /** Part of the sample that the usual run lives. */
  readonly isUsual?: boolean
  /** Readers see all of a table as it was or as it will be, not one partition after the other. */
  readonly isAtOnce?: boolean
}

const pick = <T>(items: readonly T[], number: number): T => items[number % items.length] as T

function restate(scene: Scene, number: number, fault?: `${Judged}/${Fault}`): void {
  const day = number % scene.days.length
  scene.days[day] = { version: (scene.days[day]?.version ?? 0) + 1, ...(fault ? { fault } : {}) }
  deliver(scene, day)
}

function heal(scene: Scene): void {
  for (const [day, { fault, version }] of scene.days.entries()) {
    if (fault === undefined) continue
    scene.days[day] = { version: version + 1 }
    deliver(scene, day)
  }
}

const fullRefresh = ['--full-refresh', '--yes', '--exclude', 'appended']

const rounds: readonly Round[] = [
  { says: 'a delivery is restated', happen: restate },
  {
    says: 'a delivery and every model at once are bad',
    isUsual: true,
    happen: (scene, number) => {
      for (const [day, model] of judged.entries())
        restate(scene, day, `${model}/${pick(['status', 'double', 'null'] as const, number + day)}`)
    },
    fails: true,
  },
  {
    says: 'everything is built from nothing, of bad deliveries',
    happen: (scene) => restate(scene, 2, 'everything/status'),
    words: fullRefresh,
    fails: true,
    isAtOnce: true,
  },
  { says: 'the deliveries are mended', happen: heal },
  {
    says: 'columns come, and rows change',
    happen: (scene) => {
      scene.more = ['more', 'even_more']
      scene.factor += 1
    },
  },
  {
    says: 'everything is built from nothing, as other code says',
    isUsual: true,
    happen: (scene) => {
      heal(scene)
      scene.factor += 1
      restate(scene, 0)
    },
    words: fullRefresh,
    isAtOnce: true,
  },
  {
    says: 'a type gets wider, a column goes, and a delivery is bad',
    isUsual: true,
    happen: (scene) => {
      scene.wide = true
      scene.more = ['more']
      restate(scene, 1, 'replaced/double')
    },
    fails: true,
  },
  {
    says: 'a table becomes a view, a view has its columns in another order, and a day is new',
    isUsual: true,
    happen: (scene) => {
      heal(scene)
      scene.switched = 'view'
      scene.viewed = [...scene.viewed].reverse()
      // As far as the clock of the commands goes.
      if (scene.days.length < 19) scene.days.push({ version: 1 })
      deliver(scene, scene.days.length - 1)
    },
  },
  { says: 'days are forced', happen: () => {}, words: ['--force', '--yes', '--exclude', 'appended'] },
  {
    says: 'a view becomes a table, and a type narrower with all rows new',
    happen: (scene) => {
      scene.switched = 'table'
      scene.wide = false
      scene.more = []
    },
    words: fullRefresh,
  },
]

/** How long readers stay: for a sample of the rounds once, or for all of them until they have read so often. */
export interface Stay {
  readonly readers: number
  readonly polls?: number
}

/** Lives rounds beside readers, who must see nothing bad; how often they read. */
export async function liveBesideReaders(fixture: Fixture, { readers, polls: wanted }: Stay): Promise<number> {
  const lived = wanted === undefined ? rounds.filter(({ isUsual }) => isUsual) : rounds
  const first = { factor: 1, more: [], wide: false, switched: 'table' as const, viewed: ['day', 'id', 'n', 'status'] }
  const project = await newProject(fixture, settings, { ...files, ...modelsOf(first) })
  let polls = 0
  try {
    const scene: Scene = { project, days: [], ...first }
    for (let day = 0; day < judged.length; day++) {
      scene.days.push({ version: day })
      deliver(scene, day)
    }
    const ran = await project.elt('build', ...now)
    expect(ran.code, `${ran.stdout}${ran.stderr}`).toBe(0)
    for (let index = 0; index < lived.length || polls < (wanted ?? 0); index++) {
      const { says, happen, words = [], fails = false, isAtOnce = false } = pick(lived, index)
      happen(scene, index)
      for (const [path, text] of Object.entries(modelsOf(scene))) project.write(path, text)
      let told = ''
      const seen = await watching(project, watched, { readers, isAtOnce }, async () => {
        const { code, stdout, stderr } = await project.elt('build', ...words, ...now)
        told = `${says}: ${code}\n${stdout}${stderr}`
        expect(code, told).toBe(fails ? 1 : 0)
      })
      expect(seen.faults, told).toEqual([])
      polls += seen.polls
    }
    return polls
  } finally {
    await project.remove()
  }
}
