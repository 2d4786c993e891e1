import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { everything } from './everything.fixture.ts'
import type { Fixture } from './fixtures.ts'
import { writeOldLedger } from './old-ledger.fixture.ts'
import type { Project } from './project.fixture.ts'

/** The date of all runs. */
export const now = ['--now', '2024-01-10']

/** Something that a command does, in a project of its own. */
export interface Operation {
  /** Brings the files and the warehouse of a new project to where the command is given. */
  readonly prepare: (project: Project, fixture: Fixture) => Promise<void>
  readonly words: readonly string[]
  /**
   * What a person does after it failed, until all is as if it had not; the last command of them finds nothing to do when it is given
   * once more. Default: `run`.
   */
  readonly followedBy?: readonly (readonly string[])[]
  /** Relations that one plain run leaves all old or all new: nothing of what was asked for is forgotten. */
  readonly whole?: readonly string[]
}

const run = ['run', ...now]

export function enter(project: Project, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) project.write(path, text)
}

async function done(project: Project, ...words: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await project.elt(...words, ...now)
  if (code !== 0) throw new Error(`elt ${words.join(' ')}: ${code}\n${stdout}${stderr}`)
}

/** Builds states of files one after the other; the last one is entered only. */
async function through(project: Project, ...states: readonly Readonly<Record<string, string>>[]): Promise<void> {
  for (const [index, files] of states.entries()) {
    if (index > 0) await done(project, 'run')
    enter(project, files)
  }
}

const partitioned = (more = '') =>
  `{{ config(materialized='incremental', partition_by='day', begin='2024-01-01', end='2024-01-05'${more}) }}\n`
const numbers = '(select 1 as n union all select 2 union all select 3 union all select 4) as numbers'
const dated = `(select cast('2024-01-0' || cast(n as char(1)) as date) as day, n from ${numbers}) as days`
const daily = (more = '', select = 'day, n') =>
  `${partitioned(more)}select ${select} from ${dated} where {{ in_window('day') }}\n`
const doubled = `{{ config(materialized='incremental', partition_by='day') }}
select d.day, d.n * 2 as n from {{ ref('daily') }} as d where {{ partition_filter('daily', alias='d') }}
`
const total = `{{ config(materialized='table') }}select count(*) as days from {{ ref('daily') }}\n`
const shop = {
  'models/analytics/daily.sql': daily(),
  'models/analytics/doubled.sql': doubled,
  'models/analytics/total.sql': total,
  'models/analytics/shown.sql': "{{ config(materialized='view') }}select n from {{ ref('doubled') }}\n",
}

/** Models upon a table whose rows change without a word. */
const restated = {
  'models/raw_data/sources.yml':
    'sources:\n  - name: outside\n    schema: outside\n    tables: [{ name: numbers, change_signal: none }]\n',
  ...Object.fromEntries(
    Object.entries({ replaced: '', merged: ", strategy='merge', unique_key='n'" }).map(([name, config]) => [
      `models/raw_data/${name}.sql`,
      `${partitioned(`, batch=2${config}`)}select s.day, s.n, s.v from {{ source('outside', 'numbers') }} as s where {{ in_window('s.day') }}\n`,
    ]),
  ),
  'models/analytics/summed.sql': "{{ config(materialized='table') }}select sum(v) as v from {{ ref('replaced') }}\n",
}

/** Grants, comments and indexes, none of which is a row. */
const attached = (state: 1 | 2) => ({
  'models/analytics/kept.sql': `{{ config(materialized='table', persist_docs={'relation': true, 'columns': true}, grants={'${state === 1 ? 'select' : 'insert'}': ['public']}, indexes=[{'columns': ['${state === 1 ? 'n' : 'v'}']}]) }}
select 1 as n, 2 as v
`,
  'models/analytics/kept_view.sql': `{{ config(materialized='view', persist_docs={'relation': true}) }}select n from {{ ref('kept') }}\n`,
  'models/analytics/models.yml': `models:
  - { name: kept, description: state ${state}, columns: [{ name: n, description: number ${state} }] }
  - { name: kept_view, description: seen ${state} }
`,
})

/** A table that views of the project are bound to takes other columns, with what hangs on all of them. */
const bound = (state: 1 | 2) => ({
  'models/analytics/base.sql': `{{ config(materialized='table', persist_docs={'relation': true}, indexes=[{'columns': ['n']}]) }}
select ${state === 1 ? '1 as n, 2 as v' : "cast(1 as bigint) as n, 'text' as v, 3 as w"}
`,
  'models/analytics/upon.sql': `{{ config(materialized='view', persist_docs={'relation': true}) }}select n, v from {{ ref('base') }}\n`,
  'models/analytics/top.sql': `{{ config(materialized='view', grants={'select': ['public']}) }}select n from {{ ref('upon') }}\n`,
  'models/analytics/models.yml': 'models: [{ name: base, description: below }, { name: upon, description: upon it }]\n',
})

/** Models that become something else, or move elsewhere. */
const shapes = (state: 1 | 2) => {
  const is2 = state === 2
  const shape = (config: string) => `{{ config(${config}) }}select cast('2024-01-02' as date) as day, 1 as n\n`
  return {
    'models/analytics/was_view.sql': shape(`materialized='${is2 ? 'table' : 'view'}'`),
    'models/analytics/was_table.sql': shape(`materialized='${is2 ? 'view' : 'table'}'`),
    'models/analytics/moved.sql': shape(`materialized='table', alias='place_${state}'`),
    'models/analytics/reads.sql':
      "{{ config(materialized='view') }}select n from {{ ref('was_view') }} union all select n from {{ ref('moved') }}\n",
  }
}

const hooked = (state: 1 | 2) => ({
  'models/analytics/hooked.sql': `{{ config(materialized='table', pre_hook='insert into side.log values (1)', post_hook="insert into side.log select n from {{ this }}") }}
select ${state + 1} as n
`,
  'models/analytics/hooked_days.sql': daily(
    `, batch=1, on_code_change='rebuild', post_hook='insert into side.log select max(n) * ${state * 10} from {{ this }}'`,
    `day, n * ${state} as n`,
  ),
})

export const operations = {
  'a first build': {
    prepare: async (project) => enter(project, everything(1)),
    words: run,
  },
  'a build of changes': {
    prepare: (project) => through(project, everything(1), everything(2)),
    words: run,
  },
  'a full refresh': {
    prepare: (project) => through(project, everything(1), everything(2)),
    words: ['run', '-s', 'replaced', 'merged', 'running', '--full-refresh', '--yes', ...now],
    followedBy: [run, ['run', '-s', 'replaced', 'merged', 'running', '--full-refresh', '--yes', ...now], run],
  },
  'a restatement': {
    prepare: async (project) => {
      await project.query('create schema outside')
      await project.query(`create table outside.numbers as select day, n, n as v from ${dated}`)
      enter(project, restated)
      await done(project, 'run')
      await project.query('update outside.numbers set v = v + 10')
    },
    words: ['run', '-s', 'replaced+', 'merged', '--force', '--from', '2024-01-01', '--to', '2024-01-05', ...now],
    followedBy: [
      run,
      ['run', '-s', 'replaced+', 'merged', '--force', '--from', '2024-01-01', '--to', '2024-01-05', ...now],
      run,
    ],
    whole: ['raw_data.replaced', 'raw_data.merged', 'analytics.summed'],
  },
  'a change of grants, comments and indexes': {
    prepare: (project) => through(project, attached(1), attached(2)),
    words: run,
  },
  'a change below views': {
    prepare: (project) => through(project, bound(1), bound(2)),
    words: run,
  },
  'a change of what models are': {
    prepare: (project) => through(project, shapes(1), shapes(2)),
    words: run,
  },
  'new columns beside older code': {
    prepare: (project) =>
      through(
        project,
        { 'models/analytics/daily.sql': daily(", on_code_change='keep', on_schema_change='append_new_columns'") },
        {
          'models/analytics/daily.sql': daily(
            ", on_code_change='keep', on_schema_change='append_new_columns'",
            "day, n, 'new' as v",
          ),
        },
      ),
    words: run,
  },
  'a run with hooks': {
    prepare: async (project) => {
      await project.query('create schema side')
      await project.query('create table side.log (n integer)')
      await through(project, hooked(1), hooked(2))
    },
    words: run,
  },
  'a seed': {
    prepare: (project) =>
      through(
        project,
        {
          'data/seeds/countries.csv': 'code,n\nKR,1\nFR,2\n',
          'models/analytics/names.sql': "{{ config(materialized='table') }}select code from {{ ref('countries') }}\n",
        },
        { 'data/seeds/countries.csv': 'code,n\nKR,1\nJP,3\n' },
      ),
    words: ['seed'],
    followedBy: [['seed'], run],
  },
  adopt: {
    prepare: async (project) => {
      await project.query('create schema analytics')
      await project.query(`create table analytics.daily as select day, n + 100 as n from ${dated}`)
      await project.query('create table analytics.doubled as select day, n * 2 as n from analytics.daily')
      await project.query('create table analytics.total as select count(*) as days from analytics.daily')
      await project.query('create view analytics.shown as select n from analytics.doubled')
      enter(project, shop)
    },
    words: ['adopt', ...now],
    followedBy: [['adopt', ...now], run],
  },
  retain: {
    prepare: async (project) => {
      const aged = { ...shop, 'models/analytics/daily.sql': daily(", retention='7 days'") }
      await through(project, aged, aged)
    },
    words: ['retain', '--yes', ...now],
    followedBy: [run, ['retain', '--yes', ...now], run],
  },
  gc: {
    prepare: async (project) => {
      await through(project, shop, shop)
      for (const name of ['doubled', 'shown', 'total']) rmSync(join(project.folder, `models/analytics/${name}.sql`))
    },
    words: ['gc', '--yes'],
    followedBy: [run, ['gc', '--yes'], run],
  },
  'a migration of the ledger': {
    prepare: async (project, fixture) => {
      await through(project, shop, { ...shop, 'models/analytics/total.sql': total.replace('count(*)', 'count(*) + 1') })
      await writeOldLedger(project, fixture)
    },
    words: run,
  },
} as const satisfies Readonly<Record<string, Operation>>

export type OperationName = keyof typeof operations
