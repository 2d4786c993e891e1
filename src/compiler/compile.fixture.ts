import type { Dialect, Features, SqlFunctions } from '../adapters/contract.ts'
import { bug, renderDiagnostic } from '../diagnostics/index.ts'
import { readProject } from '../project/index.ts'
import { fill, type SqlText } from '../sql/index.ts'
import { type Compilation, compile } from './compile.ts'
import type { Graph, Model } from './graph.ts'
import type { QueryRows } from './query-result.ts'

const notAsked = (): never => bug('the compiler does not ask for this')

/** An engine as the compiler sees it: names in double quotes, two strategies. */
export const dialect: Dialect = {
  quote: (identifier) => `"${identifier.replaceAll('"', '""')}"`,
  literal: (literal) => `${literal.type} '${'value' in literal ? literal.value : ''}'`,
  type: (logical) => logical,
  localDate: (expression, timeZone) => `local_date(${expression}, '${timeZone}')`,
  readFiles: notAsked,
  write: { replace_partition: () => [], table: () => [], merge: () => [], append: () => [] },
  ddl: {
    createSchema: notAsked,
    stage: notAsked,
    createTable: notAsked,
    createTableAs: notAsked,
    createView: notAsked,
    drop: notAsked,
  },
  attach: {},
  checksum: notAsked,
  firstRows: notAsked,
  ordinal: notAsked,
  functions: {
    dateAdd: notAsked,
    dateDifference: notAsked,
    dateTruncate: notAsked,
    safeCast: notAsked,
    splitPart: notAsked,
    hash: notAsked,
    anyValue: notAsked,
    anyTrue: notAsked,
    sameValues: notAsked,
    joinValues: notAsked,
    array: { of: notAsked, append: notAsked, concatenate: notAsked },
    series: notAsked,
    checks: {} as SqlFunctions['checks'],
    firstOfEach: notAsked,
  },
}

const features: Features = {
  transactions: true,
  transactionalDdl: true,
  concurrentPublications: true,
  exclusiveWriter: true,
  temporarySchema: 'temp',
  identifierLimit: 63,
}

const settings = `name: on_time
time_zone: America/New_York
default_target: local
vars: { minimum: 5, airline: UA }
layers:
  raw_data: { reads: [sources, raw_data] }
  analytics: { reads: [raw_data, analytics] }
  adhoc: { reads: [raw_data, analytics, adhoc], in_default_selection: false }
targets:
  local: { type: duckdb, path: warehouse.duckdb }
`

const sources = `sources:
  - name: bts
    tables:
      - name: flights
        files: "data/flights/{yyyy}/{MM}/{dd}.parquet"
        event_time: scheduled_hour
        columns: [{ name: scheduled_hour, data_type: instant }, { name: carrier, data_type: text }]
      - name: airlines
        files: data/airlines.csv
        columns: [{ name: carrier, data_type: text }]
`

/** The models that most tests read: a partitioned one with its source, and a small table. */
const base: Readonly<Record<string, string>> = {
  'project.yml': settings,
  'models/raw_data/sources.yml': sources,
  'models/raw_data/flights.sql': `{{ config(materialized='incremental', partition_by='flight_date') }}
select *, {{ local_date('scheduled_hour') }} as flight_date
from {{ source('bts', 'flights') }}
where {{ partition_filter('bts.flights') }}
`,
  'models/raw_data/airlines.sql': `{{ config(materialized='table') }}
select * from {{ source('bts', 'airlines') }}
`,
}

/** Compiles the base project with files added or replaced; an empty text takes a file away. */
export function compileFiles(
  added: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
  engine: Dialect = dialect,
): Compilation {
  return compiledWith(added, new Map(), env, engine)
}

/** The same with rows of queries. */
export function compiledWith(
  added: Readonly<Record<string, string>>,
  results: ReadonlyMap<string, QueryRows> = new Map(),
  env: Readonly<Record<string, string>> = {},
  engine: Dialect = dialect,
): Compilation {
  const files = Object.entries({ ...base, ...added })
    .filter(([, text]) => text !== '')
    .map(([path, text]) => ({ path, text }))
  const read = readProject(files, { vars: {}, env })
  if (!read.value) return { value: undefined, diagnostics: read.diagnostics, queries: [] }
  return compile(read.value, { dialect: engine, features, results })
}

/** The graph of a project that must compile. */
export function graphOf(added: Readonly<Record<string, string>>, env?: Readonly<Record<string, string>>): Graph {
  const { value, diagnostics } = compileFiles(added, env)
  if (!value) throw new Error(diagnostics.map((diagnostic) => renderDiagnostic(diagnostic)).join('\n'))
  return value
}

export function modelOf(graph: Graph, id: string): Model {
  const found = graph.models.find((model) => model.id === id)
  if (!found) throw new Error(`there is no ${id}`)
  return found
}

/** Compiled SQL for the days 2013-01-05 and 2013-01-06 of New York. */
export function printed(sql: SqlText): string {
  return fill(sql, {
    relation: (node) => `<${node}>`,
    files: (source) => `files(${source})`,
    grid: { unit: 'day', timeZone: 'America/New_York' },
    window: { start: 15_710, end: 15_712 },
    literal: (type, value) => `${type} '${value}'`,
  }).sql
}
