import { expect } from 'vitest'
import { lookedAt, type Rule, type Version } from '../history.fixture.ts'
import type { Project } from '../project.fixture.ts'
import { dayText, type Part } from './scene.ts'

/** People in one file, and histories of them: kept by a model of what each run saw, since they cannot be built again. */

const sources = `sources:
  - name: office
    tables:
      - name: people
        files: data/people.csv
        columns:
          - { name: id, data_type: integer }
          - { name: name, data_type: text }
          - { name: changed_at, data_type: instant }
`

const people = `{{ config(materialized='table') }}
select id, name, changed_at from {{ source('office', 'people') }}
`

const history = (config: string): string => `{{ config(materialized='history', unique_key='id', ${config}) }}
select id, name, changed_at from {{ ref('people') }}
`

const rules: Readonly<Record<string, Rule>> = {
  dated: { isCompared: false, hardDeletes: 'invalidate' },
  compared: { isCompared: true, hardDeletes: 'new_record' },
}

/** What the rows say lies in the year of the world; a moment of a run is named, since no two are told apart but by their order. */
const told = (at: string | null): string | null => (at !== null && at > '2025-06' ? 'run' : at)

async function found(project: Project, table: string, isMarked: boolean): Promise<string[] | undefined> {
  const at = (column: string): string => `cast(cast(${column} at time zone 'UTC' as date) as varchar(10))`
  const rows = await project
    .query(
      `select id, name, ${at('valid_from')} as since, ${at('valid_to')} as until, ${isMarked ? 'is_deleted' : 'false'} as gone
from analytics.${table} order by id, valid_from`,
    )
    .catch(() => undefined)
  return rows?.map(({ id, name, since, until, gone }) =>
    JSON.stringify([id, name, told(since as string), told(until as string | null), gone]),
  )
}

const expected = (versions: readonly Version[]): string[] =>
  [...versions]
    .sort((one, other) => one.id - other.id || (one.since < other.since ? -1 : 1))
    .map(({ id, value, since, until, gone }) => JSON.stringify([id, value, told(since), told(until), gone]))

/** Follows one history: after each command it is what it was, or that and one more look. */
function followed(
  table: string,
  rule: Rule,
): (project: Project, rows: readonly Version[], isBuilt: boolean) => Promise<void> {
  let known: Version[] = []
  let looks = 0
  return async (project, rows, isBuilt) => {
    const actual = await found(project, table, rule.hardDeletes === 'new_record')
    if (actual === undefined) return expect(known, table).toEqual([])
    looks += 1
    const day = `look ${String(looks).padStart(4, '0')}`
    const seen = rows.map((row) => (rule.isCompared ? { ...row, since: day } : row))
    const next = lookedAt(known, { day, rows: seen }, rule)
    if (JSON.stringify(actual) === JSON.stringify(expected(next)) || isBuilt) known = next
    expect(actual, `${table}, whose next look would give ${expected(next).join(' ')}`).toEqual(expected(known))
  }
}

/** A person is hired, renamed with or without a date, let go, and comes back. */
export function peoplePart(): Part {
  const held = new Map([1, 2, 3].map((id) => [id, { name: `p${id}`, changed: 0 }]))
  const write = (project: Project): void => {
    const rows = [...held].map(([id, { name, changed }]) => `${id},${name},${dayText(changed)}T00:00:00Z\n`)
    project.write('data/people.csv', `id,name,changed_at\n${rows.join('')}`)
  }
  const follow = Object.entries(rules).map(([table, rule]) => followed(table, rule))
  return {
    files: {
      'models/raw_data/office.yml': sources,
      'models/raw_data/people.sql': people,
      'models/analytics/dated.sql': history("updated_at='changed_at', hard_deletes='invalidate'"),
      'models/analytics/compared.sql': history("check_cols=['name'], hard_deletes='new_record'"),
    },
    models: ['people', 'dated', 'compared', '+dated'],
    deliver: write,
    remembers: Object.keys(rules).map((name) => `analytics.${name}`),
    happenings: {
      'a person is renamed or hired': ({ project }, day, number) => {
        held.set(number % 6, { name: `n${number}`, changed: day })
        write(project)
      },
      'a name is corrected in silence': ({ project }, day, number) => {
        const person = held.get(number % 6)
        if (person) person.name = `c${day}`
        write(project)
      },
      'a person leaves': ({ project }, _day, number) => {
        if (held.size > 1) held.delete(number % 6)
        write(project)
      },
    },
    check: async (project, isBuilt) => {
      const at = "cast(cast(changed_at at time zone 'UTC' as date) as varchar(10))"
      const rows = await project
        .query(`select id, name, ${at} as since from raw_data.people`)
        .catch((): undefined => undefined)
      const versions = (rows ?? []).map(
        ({ id, name, since }): Version => ({
          id: Number(id),
          value: String(name),
          since: String(since),
          until: null,
          gone: false,
        }),
      )
      for (const one of follow) await one(project, versions, isBuilt)
    },
  }
}
