import { isTimeZone } from '../../calendar/index.ts'
import { type Diagnostic, diagnose, nearest } from '../../diagnostics/index.ts'
import { logicalType, logicalTypes, nearestType } from '../column-types.ts'
import { parsePartitions } from '../duration.ts'
import { checkName } from '../names.ts'
import type { ColumnProperties, FileSource, SourceDefinition } from '../project.ts'
import {
  isDisabled,
  noteEffectless,
  type ReadColumn,
  readAssertions,
  readColumns,
  readLabels,
} from '../properties/index.ts'
import { unknownTimeZone } from '../time-zone.ts'
import { childOf, entryOf, itemsOf, spanOf, textOf, type YamlFile, type YamlNode } from '../yaml/index.ts'
import { type FilePattern, parsePattern } from './file-pattern.ts'
import { readRelationSource, type TableNode } from './relation-source.ts'
import { readFreshness } from './source-freshness.ts'

const laterKeys = ['connection', 'max_unreachable_rows', 'max_bad_rows']

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
  const entries = laterKeys.flatMap((key) => entryOf(table.node, key) ?? [])
  for (const entry of entries) {
    const help = entry.key === 'connection' ? 'write the rows into files, and name them with files:' : undefined
    const place = spanOf(table.yaml.file, entry.keySpan)
    table.found.push(diagnose('not-yet-supported', { feature: `\`${entry.key}\` of a source`, help }, place))
  }
  return entries.length > 0
}

/** Whether the signal that a file source asks for is one that files have. */
function refuseSignal(table: Table): boolean {
  const signal = textOf(childOf(table.node, 'change_signal'))
  if (signal === undefined || signal === 'files' || signal === 'none') return false
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

function readFileSource(table: Table, node: YamlNode, columns: readonly ColumnProperties[]): FileSource | undefined {
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

/** Notes what means something at other sources only: of files, or of tables. */
function noteMisplaced(table: TableNode, origin: 'files' | 'relation'): void {
  const { yaml, node, found } = table
  const ofTables = ['identifier', 'partition_by', 'loaded_at_field', 'watch']
  const keys = origin === 'files' ? ofTables : ['format', 'compression', 'late_by', 'time_zone']
  const reason = origin === 'files' ? 'the source is files' : 'the source is a table of the warehouse'
  for (const entry of keys.flatMap((key) => entryOf(node, key) ?? [])) {
    found.push(diagnose('key-without-effect', { key: entry.key, reason }, spanOf(yaml.file, entry.keySpan)))
  }
}

function readOrigin(
  table: TableNode,
  read: readonly ReadColumn[],
): Pick<SourceDefinition, 'origin' | 'columns' | 'changeSignal'> | undefined {
  const files = childOf(table.node, 'files')
  noteMisplaced(table, files ? 'files' : 'relation')
  const refused = refuseLater(table) || (files !== undefined && refuseSignal(table))
  if (!files) {
    const columns = read.map(({ column }) => column)
    const found = refused ? undefined : readRelationSource(table, columns)
    return found && { ...found, columns }
  }
  const columns = typedColumns(table, read)
  const origin = readFileSource(table, files, columns)
  const signal = textOf(childOf(table.node, 'change_signal'))
  return origin && { origin, columns, changeSignal: signal === 'none' ? 'none' : 'files' }
}

/** Tags and meta of a table: those of its source come first. */
function labelsOf({ group, node }: TableNode): Pick<SourceDefinition, 'tags' | 'meta'> {
  const [outer, own] = [readLabels(group), readLabels(node)]
  return { tags: [...new Set([...outer.tags, ...own.tags])], meta: { ...outer.meta, ...own.meta } }
}

function readTable(table: TableNode, owner: string): SourceDefinition | undefined {
  const { yaml, node, found, groupName, name } = table
  const nameNode = childOf(node, 'name') ?? node
  const location = spanOf(yaml.file, nameNode)
  if (!checkName('source', name, location, found)) return undefined
  noteEffectless(yaml, node, 'table', found)
  const read = readColumns(yaml, node, found)
  const reason = 'a source is not built here: assert the same under data_tests'
  for (const constraint of read.constraints)
    found.push(diagnose('key-without-effect', { key: 'constraints', reason }, constraint.location))
  const origin = readOrigin(table, read.columns)
  if (!origin) return undefined
  return {
    id: `source.${groupName}.${name}`,
    group: groupName,
    name,
    description: textOf(childOf(node, 'description')) ?? '',
    ...origin,
    assertions: [...readAssertions(yaml, node, undefined, found), ...read.assertions],
    ...labelsOf(table),
    ...readFreshness(table, origin.origin.kind),
    package: owner,
    location,
  }
}

/** Whose sources they are, and what days are where nobody says. */
interface SourcesScope {
  readonly package: string
  readonly timeZone: string
}

/** The source tables of a properties file; those that are switched off are left out. */
export function readSources(yaml: YamlFile, scope: SourcesScope, found: Diagnostic[]): SourceDefinition[] {
  return itemsOf(childOf(yaml.root, 'sources')).flatMap((group) => {
    const nameNode = childOf(group, 'name')
    const groupName = textOf(nameNode)
    if (!nameNode || groupName === undefined) return []
    if (!checkName('source', groupName, spanOf(yaml.file, nameNode), found)) return []
    noteEffectless(yaml, group, 'source', found)
    return itemsOf(childOf(group, 'tables')).flatMap((node) => {
      const name = textOf(childOf(node, 'name'))
      if (name === undefined || isDisabled(group) || isDisabled(node)) return []
      const label = `${groupName}.${name}`
      const table = { yaml, node, group, groupName, name, label, timeZone: scope.timeZone, found }
      return readTable(table, scope.package) ?? []
    })
  })
}
