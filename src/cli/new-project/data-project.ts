import type { Column } from '../../adapters/contract.ts'
import type { DataSource } from './data-source.ts'

/** Words of SQL that cannot stand as a name without quotes. */
const reserved: ReadonlySet<string> = new Set(
  'all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create default deferrable desc describe distinct do else end except false fetch for foreign from grant group having in initially intersect into lambda lateral leading limit not null offset on only or order pivot pivot_longer pivot_wider placing primary qualify references returning select show some summarize symmetric table then to trailing true union unique unpivot using variadic when where window with'.split(
    ' ',
  ),
)

const isPlain = (name: string) => /^[a-z_][a-z0-9_]*$/.test(name) && !reserved.has(name)

/** A name for a column that needs no quotes: `Order ID` becomes `order_id`. */
function plainName(name: string): string {
  const text = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
  const safe = /^[a-z_]/.test(text) ? text : `c_${text}`
  return reserved.has(safe) ? `${safe}_value` : safe
}

/** A scalar of YAML: quoted where it would read as something else. */
function yaml(text: string): string {
  const isWord = /^[A-Za-z_][\w]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text)
  return isWord ? text : JSON.stringify(text)
}

export interface DataProject {
  /** Name of the group of sources. */
  readonly group: string
  readonly sources: readonly DataSource[]
  readonly quote: (identifier: string) => string
}

function sourceYaml(source: DataSource): string {
  const { event } = source
  return [
    `      - name: ${source.name}`,
    `        files: ${JSON.stringify(source.pattern)}`,
    ...(event
      ? [
          `        time_zone: ${event.timeZone}   # of the date in the path`,
          `        event_time: ${yaml(event.column)}   # partition_filter compares this column`,
          ...(event.lateBy > 0
            ? [
                `        late_by: ${event.lateBy} ${source.unit}${event.lateBy > 1 ? 's' : ''}   # rows were found in files that much later`,
              ]
            : []),
        ]
      : []),
    '        columns:',
    ...source.columns.map(
      ({ name, type }) =>
        `          - { name: ${yaml(name)}, data_type: ${/[(,]/.test(type) ? JSON.stringify(type) : type} }`,
    ),
  ].join('\n')
}

/** The columns of a model: each under a name that needs no quotes, and unlike any other. */
function named(columns: readonly Column[]): { readonly column: Column; readonly name: string }[] {
  const taken = new Set<string>()
  return columns.map((column) => {
    const base = isPlain(column.name) ? column.name : plainName(column.name)
    let name = base
    for (let n = 2; taken.has(name); n++) name = `${base}_${n}`
    taken.add(name)
    return { column, name }
  })
}

/** The partition column of a model, and how it is made from the source. */
export interface PartitionOf {
  readonly name: string
  /** Absent: it is a column of the source. */
  readonly expression?: string
}

function partitionOf({ event, columns }: DataSource, { quote }: DataProject): PartitionOf | undefined {
  if (!event) return undefined
  const all = named(columns)
  const own = all.find(({ column }) => column.name === event.column)?.name ?? event.column
  if (event.type === 'date') return { name: own }
  const base = `${own.replace(/_(?:at|time|ts|timestamp)$/, '')}_date`
  const name = all.some((other) => other.name === base) ? `${base}_local` : base
  const reference = `s.${isPlain(event.column) ? event.column : quote(event.column)}`
  const expression =
    event.type === 'instant' ? `{{ local_date('${reference.replaceAll("'", "\\'")}') }}` : `cast(${reference} as date)`
  return { name, expression }
}

function configOf(source: DataSource, partition: PartitionOf | undefined): string {
  if (!partition) return `{{ config(materialized='table') }}`
  const by = source.unit === 'month' ? `{'column': '${partition.name}', 'unit': 'month'}` : `'${partition.name}'`
  return `{{ config(materialized='incremental', partition_by=${by}) }}`
}

function modelSql(source: DataSource, project: DataProject): string {
  const partition = partitionOf(source, project)
  const columns = named(source.columns).map(({ column, name }) => {
    const reference = `s.${isPlain(column.name) ? column.name : project.quote(column.name)}`
    return name === column.name ? `  ${reference}` : `  ${reference} as ${name}`
  })
  const made = partition?.expression === undefined ? [] : [`  ${partition.expression} as ${partition.name}`]
  return `${[
    configOf(source, partition),
    '',
    ...(source.unit !== undefined && !partition
      ? ['-- No time column agrees with the dates of the paths: the files are read as a whole, each time one changes.']
      : []),
    'select',
    [...made, ...columns].join(',\n'),
    `from {{ source('${project.group}', '${source.name}') }} as s`,
    ...(partition ? [`where {{ partition_filter('${project.group}.${source.name}', alias='s') }}`] : []),
  ].join('\n')}\n`
}

/** A first model for people to go on from: rows by day of the first partitioned table, or the size of the first one. */
function firstModel(project: DataProject): [path: string, sql: string][] {
  const source = project.sources.find(({ event }) => event) ?? project.sources[0]
  if (!source) return []
  const partition = partitionOf(source, project)
  if (!partition) {
    return [
      [`models/analytics/${source.name}_size.sql`, `select count(*) as row_count\nfrom {{ ref('${source.name}') }}\n`],
    ]
  }
  const { name } = partition
  const sql = `${configOf(source, partition)}

select
  t.${name},
  count(*) as row_count
from {{ ref('${source.name}') }} as t
where {{ partition_filter('${source.name}', alias='t') }}
group by t.${name}
`
  return [[`models/analytics/daily_${source.name}.sql`, sql]]
}

function propertiesYaml(project: DataProject): string {
  const models = project.sources.map((source) => {
    const partition = partitionOf(source, project)
    const tests = partition ? [`    columns:`, `      - { name: ${yaml(partition.name)}, data_tests: [not_null] }`] : []
    return [`  - name: ${source.name}`, `    description: ""   # what a row is`, ...tests].join('\n')
  })
  return `models:\n${models.join('\n')}\n`
}

/** The files of a project that loads what was found, by path: sources with columns and types, a model each, one to go on from. */
export function dataFiles(project: DataProject): ReadonlyMap<string, string> {
  const sources = `# Columns and types were found by looking into the files: files are read with exactly these.
sources:
  - name: ${project.group}
    tables:
${project.sources.map(sourceYaml).join('\n')}
`
  return new Map([
    ['models/raw_data/sources.yml', sources],
    ['models/raw_data/models.yml', propertiesYaml(project)],
    ...project.sources.map((source): [string, string] => [
      `models/raw_data/${source.name}.sql`,
      modelSql(source, project),
    ]),
    ...firstModel(project),
  ])
}
