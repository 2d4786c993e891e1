import { isTimeZone } from '../calendar/index.ts'
import { type Diagnostic, diagnose, nearest } from '../diagnostics/index.ts'
import { readAssertions } from './assertion-properties.ts'
import { logicalType, logicalTypes, nearestType } from './column-types.ts'
import { type ReadColumn, readColumns } from './columns.ts'
import { parsePartitions } from './duration.ts'
import { type FilePattern, parsePattern } from './file-pattern.ts'
import { checkName } from './names.ts'
import type { ColumnProperties, FileSource, SourceDefinition } from './project.ts'
import { noteEffectless } from './properties-notes.ts'
import { unknownTimeZone } from './time-zone.ts'
import { childOf, entryOf, itemsOf, spanOf, textOf, type YamlFile, type YamlNode } from './yaml-node.ts'

const laterKeys = ['connection', 'max_unreachable_rows', 'max_bad_rows', 'watch']

/** A source table as it is being read. */
interface Table {
  readonly yaml: YamlFile
  readonly node: YamlNode
  /** `group.name`, for messages. */
  readonly label: string
  readonly found: Diagnostic[]
}

function incomplete(table: Table, at: YamlNode, detail: string, help: string): undefined {
  const place = spanOf(table.yaml.file, at)
  table.found.push(diagnose('source-incomplete', { source: table.label, detail, help }, place))
}

/** Where a table is named: the place for what is missing in it. */
function nameOf(table: Table): YamlNode {
  return childOf(table.node, 'name') ?? table.node
}

function refuseLater(table: Table): boolean {
  const signal = textOf(childOf(table.node, 'change_signal'))
  const entries = laterKeys.flatMap((key) => entryOf(table.node, key) ?? [])
  for (const entry of entries) {
    const help = entry.key === 'connection' ? 'write the rows into files, and name them with files:' : undefined
    const place = spanOf(table.yaml.file, entry.keySpan)
    table.found.push(diagnose('not-yet-supported', { feature: `\`${entry.key}\` of a source`, help }, place))
  }
  if (signal === undefined || signal === 'files' || signal === 'none') return entries.length > 0
  const place = spanOf(table.yaml.file, childOf(table.node, 'change_signal') ?? table.node)
  const help = 'file sources have change_signal: files, or none'
  table.found.push(diagnose('not-yet-supported', { feature: `\`change_signal: ${signal}\``, help }, place))
  return true
}

function readPattern(table: Table, node: YamlNode): FilePattern | undefined {
  const pattern = textOf(node) ?? ''
  const parsed = parsePattern(pattern)
  if (!('detail' in parsed)) return parsed
  const place = spanOf(table.yaml.file, node)
  const { detail, help, later } = parsed
  if (later) table.found.push(diagnose('not-yet-supported', { feature: later, help }, place))
  else table.found.push(diagnose('file-pattern', { pattern, detail, help }, place))
  return undefined
}

/** Columns with their logical types: a file is read with exactly these. */
function typedColumns(table: Table, columns: readonly ReadColumn[]): ColumnProperties[] {
  if (columns.length === 0) {
    const help = 'add columns: with a name and a data_type each'
    incomplete(table, nameOf(table), 'declares no columns, and files are read with declared columns only', help)
  }
  return columns.map(({ column, node }) => {
    const typeNode = childOf(node, 'data_type')
    if (column.type === undefined || !typeNode) {
      incomplete(
        table,
        childOf(node, 'name') ?? node,
        `declares the column ${column.name} without a type`,
        'add data_type: …',
      )
      return column
    }
    const type = logicalType(column.type)
    if (type !== undefined) return { ...column, type }
    const parameters = { type: column.type, nearest: nearestType(column.type), known: logicalTypes }
    table.found.push(diagnose('type-unknown', parameters, spanOf(table.yaml.file, typeNode)))
    return column
  })
}

function readEventTime(table: Table, columns: readonly ColumnProperties[]): FileSource['eventTime'] {
  const node = childOf(table.node, 'event_time')
  const name = textOf(node)
  if (!node || name === undefined) return undefined
  const column = columns.find((candidate) => candidate.name === name)
  const { type } = column ?? {}
  if (type === 'date' || type === 'instant' || type === 'local') return { column: name, type }
  if (!column) {
    const similar = nearest(
      name,
      columns.map((candidate) => candidate.name),
    )
    const help = similar ? `a similar column exists: ${similar}` : 'declare it under columns:'
    return incomplete(table, node, `has the event time ${name}, which is not among its columns`, help)
  }
  if (type === undefined || logicalType(type) === undefined) return undefined
  return incomplete(
    table,
    node,
    `has the event time ${name}, which is of type ${type}`,
    'it must be a date, an instant or a local time',
  )
}

function readLateBy(table: Table, unit: FilePattern['unit']): number {
  const node = childOf(table.node, 'late_by')
  const written = textOf(node)
  if (!node || written === undefined) return 0
  const partitions = parsePartitions(written, unit ?? 'day')
  if (partitions === undefined || (unit === undefined && partitions > 0)) {
    const expected = unit
      ? `a whole number of ${unit}s, the unit of its path`
      : '0 days, because its path holds no date'
    const parameters = { key: 'late_by', expected, found: JSON.stringify(written) }
    table.found.push(diagnose('wrong-value', parameters, spanOf(table.yaml.file, node)))
    return 0
  }
  return partitions
}

function readTimeZone(table: Table): string {
  const node = childOf(table.node, 'time_zone')
  const name = textOf(node) ?? 'UTC'
  if (node && !isTimeZone(name)) table.found.push(unknownTimeZone(name, spanOf(table.yaml.file, node)))
  return name
}

function readOrigin(table: Table, columns: readonly ColumnProperties[]): FileSource | undefined {
  const node = childOf(table.node, 'files')
  if (!node || textOf(node) === undefined) {
    const feature = 'a source that is a table of the warehouse'
    const help = 'name its files: files: data/….parquet'
    const place = spanOf(table.yaml.file, nameOf(table))
    table.found.push(diagnose('not-yet-supported', { feature, help }, place))
    return undefined
  }
  const pattern = readPattern(table, node)
  if (!pattern) return undefined
  const timeZone = readTimeZone(table)
  const eventTime = readEventTime(table, columns)
  const format = (textOf(childOf(table.node, 'format')) as FileSource['format'] | undefined) ?? pattern.format
  const compression =
    (textOf(childOf(table.node, 'compression')) as FileSource['compression'] | undefined) ?? pattern.compression
  if (!format)
    return incomplete(
      table,
      node,
      'has files whose names do not tell their format',
      'add format: ndjson, csv or parquet',
    )
  if (format === 'parquet' && compression !== 'none') {
    return incomplete(
      table,
      node,
      `has ${compression} files of Parquet`,
      'Parquet compresses inside: remove the compression',
    )
  }
  return {
    kind: 'files',
    pattern: textOf(node) ?? '',
    format,
    compression,
    ...(pattern.unit ? { grid: { unit: pattern.unit, timeZone } } : {}),
    ...(eventTime ? { eventTime } : {}),
    lateBy: readLateBy(table, pattern.unit),
  }
}

function readTable(
  yaml: YamlFile,
  node: YamlNode,
  group: string,
  owner: string,
  found: Diagnostic[],
): SourceDefinition | undefined {
  const nameNode = childOf(node, 'name')
  const name = textOf(nameNode)
  if (!nameNode || name === undefined) return undefined
  const table: Table = { yaml, node, label: `${group}.${name}`, found }
  const location = spanOf(yaml.file, nameNode)
  if (!checkName('source', name, location, found)) return undefined
  noteEffectless(yaml, node, 'table', found)
  const read = readColumns(yaml, node, found)
  const columns = typedColumns(table, read.columns)
  const refused = refuseLater(table)
  const origin = refused && !childOf(node, 'files') ? undefined : readOrigin(table, columns)
  if (!origin) return undefined
  return {
    id: `source.${group}.${name}`,
    group,
    name,
    description: textOf(childOf(node, 'description')) ?? '',
    columns,
    assertions: [...readAssertions(yaml, node, undefined, found), ...read.assertions],
    origin,
    changeSignal: textOf(childOf(node, 'change_signal')) === 'none' ? 'none' : 'files',
    tags: [],
    meta: {},
    package: owner,
    location,
  }
}

/** The source tables of a properties file. */
export function readSources(yaml: YamlFile, owner: string, found: Diagnostic[]): SourceDefinition[] {
  return itemsOf(childOf(yaml.root, 'sources')).flatMap((group) => {
    const nameNode = childOf(group, 'name')
    const name = textOf(nameNode)
    if (!nameNode || name === undefined) return []
    if (!checkName('source', name, spanOf(yaml.file, nameNode), found)) return []
    noteEffectless(yaml, group, 'source', found)
    return itemsOf(childOf(group, 'tables')).flatMap((table) => readTable(yaml, table, name, owner, found) ?? [])
  })
}
