import { type Grid, isTimeZone } from '../../calendar/index.ts'
import { type Diagnostic, diagnose } from '../../diagnostics/index.ts'
import { logicalType } from '../column-types.ts'
import { parsePartitions } from '../duration.ts'
import type { ColumnProperties, RelationSource, SourceDefinition } from '../project.ts'
import { filledText, mapping, oneOf, optional } from '../shape.ts'
import { unknownTimeZone } from '../time-zone.ts'
import { validateValue } from '../validate.ts'
import { childOf, entryOf, located, spanOf, textOf, type YamlFile, type YamlNode } from '../yaml/index.ts'

/** A source table of the warehouse as it is being read. */
export interface TableNode {
  readonly yaml: YamlFile
  readonly node: YamlNode
  /** The source that the table stands under, which says its schema. */
  readonly group: YamlNode
  /** `group.name`, for messages. */
  readonly label: string
  readonly name: string
  readonly groupName: string
  /** The project's. */
  readonly timeZone: string
  readonly found: Diagnostic[]
}

const timeTypes = ['date', 'instant', 'local'] as const
type EventTime = NonNullable<RelationSource['eventTime']>
type Cut = Pick<RelationSource, 'eventTime' | 'grid'>
type Signal = Exclude<SourceDefinition['changeSignal'], 'files'>

const cut = mapping({
  column: filledText,
  type: optional(oneOf(timeTypes)),
  unit: optional(oneOf(['hour', 'day', 'month', 'year'])),
  time_zone: optional(filledText),
})

/** How many of the newest partitions are looked at where nobody says. */
const usualWatch = 30

function fromPartitionBy(table: TableNode, node: YamlNode): Cut | undefined {
  const name = textOf(node)
  const days: Grid = { unit: 'day', timeZone: table.timeZone }
  if (name !== undefined) return { eventTime: { column: name, type: 'date' }, grid: days }
  const { value, location } = located(table.yaml.file, node)
  const given = validateValue(cut, value, 'partition_by', location, table.found)
  if (!given) return undefined
  const { column, type, unit = 'day', time_zone: timeZone = table.timeZone } = given
  if (!isTimeZone(timeZone)) {
    table.found.push(unknownTimeZone(timeZone, location))
    return undefined
  }
  const usual = unit === 'hour' ? 'instant' : 'date'
  if (unit === 'hour' && type === 'date') {
    incomplete(
      table,
      node,
      `is cut into hours by ${column}, which is a date`,
      'say unit: day, or type: instant or local',
    )
    return undefined
  }
  return { eventTime: { column, type: type ?? usual }, grid: { unit, timeZone } }
}

function eventTimeOf(table: TableNode, node: YamlNode, columns: readonly ColumnProperties[]): EventTime | undefined {
  const name = textOf(node) ?? ''
  const declared = columns.find((column) => column.name.toLowerCase() === name.toLowerCase())?.type
  const type = declared === undefined ? undefined : logicalType(declared)
  if (type === 'date' || type === 'instant' || type === 'local') return { column: name, type }
  const detail =
    declared === undefined
      ? `has the event time ${name}, whose type is not declared`
      : `has the event time ${name}, which is of type ${declared}`
  const help = `declare it: columns: [{ name: ${name}, data_type: date }] (or instant, or local)`
  incomplete(table, node, detail, help)
  return undefined
}

function fromEventTime(table: TableNode, node: YamlNode, columns: readonly ColumnProperties[]): Cut | undefined {
  const eventTime = eventTimeOf(table, node, columns)
  return eventTime && { eventTime, grid: { unit: 'day', timeZone: table.timeZone } }
}

function incomplete(table: TableNode, node: YamlNode, detail: string, help: string): void {
  const place = spanOf(table.yaml.file, node)
  table.found.push(diagnose('source-incomplete', { source: table.label, detail, help }, place))
}

/** The signal that a table asks for; undefined when it is one that tables have not. */
function readSignal(table: TableNode): Signal | undefined {
  const node = childOf(table.node, 'change_signal')
  const signal = textOf(node)
  if (!node || signal === undefined || signal === 'none') return 'none'
  if (signal === 'loaded_at' || signal === 'count') return signal
  if (signal === 'files') {
    const detail = 'is a table of the warehouse, and has no files whose changes could be seen'
    const help = 'write change_signal: loaded_at, count or none, or name its files: files: data/….parquet'
    incomplete(table, node, detail, help)
  } else {
    const detail = 'cannot be seen to change by the catalog: this engine keeps no time of modification to rely on'
    incomplete(table, node, detail, 'write change_signal: loaded_at with loaded_at_field: <column>, or count, or none')
  }
  return undefined
}

/** The column that says when a row was loaded, of the table or of its group, under dbt's name for it. */
function loadedAtNode(table: TableNode): YamlNode | undefined {
  for (const node of [table.node, table.group]) {
    const config = childOf(node, 'config')
    const found = childOf(node, 'loaded_at_field') ?? (config && childOf(config, 'loaded_at_field'))
    if (found) return found
  }
  return undefined
}

/** The column that says when a row was loaded, where changes are seen by it; undefined when it is not said. */
function readLoadedAt(table: TableNode, signal: Signal): { loadedAt?: string } | undefined {
  const node = loadedAtNode(table)
  const column = textOf(node)
  if (signal === 'loaded_at') {
    if (column) return { loadedAt: column }
    const at = childOf(table.node, 'change_signal') ?? table.node
    incomplete(table, at, 'does not say which column tells when a row was loaded', 'add loaded_at_field: <column>')
    return undefined
  }
  const own = entryOf(table.node, 'loaded_at_field')
  const tells = [table.node, table.group].some(
    (one) => childOf(one, 'freshness') ?? childOf(childOf(one, 'config') ?? one, 'freshness'),
  )
  if (own && !tells) {
    const reason = 'changes are seen by it with change_signal: loaded_at, and an age with freshness'
    const place = spanOf(table.yaml.file, own.keySpan)
    table.found.push(diagnose('key-without-effect', { key: 'loaded_at_field', reason }, place))
  }
  return {}
}

/** Of how many partitions changes are seen: a count, or a period. */
function readWatch(table: TableNode, signal: Signal, grid: Grid | undefined): number {
  const entry = entryOf(table.node, 'watch')
  if (!entry) return usualWatch
  const { file } = table.yaml
  if (signal === 'none' || !grid) {
    const reason = signal === 'none' ? 'no change signal looks at the table' : 'the table is not cut into partitions'
    table.found.push(diagnose('key-without-effect', { key: 'watch', reason }, spanOf(file, entry.keySpan)))
    return usualWatch
  }
  const written = (textOf(entry.value) ?? '').trim()
  const count = /^\d{1,6}$/.test(written) ? Number(written) : parsePartitions(written, grid.unit)
  if (count !== undefined && count > 0) return count
  const expected = `a number of ${grid.unit}s, at least 1, or a period such as 30 ${grid.unit}s`
  const parameters = { key: 'watch', expected, found: JSON.stringify(written) }
  table.found.push(diagnose('wrong-value', parameters, spanOf(file, entry.value)))
  return usualWatch
}

/** A source without files: where its table lies, by which column windows of it are read, and how its changes are seen. */
export function readRelationSource(
  table: TableNode,
  columns: readonly ColumnProperties[],
): { readonly origin: RelationSource; readonly changeSignal: Signal } | undefined {
  const changeSignal = readSignal(table)
  const loadedAt = changeSignal && readLoadedAt(table, changeSignal)
  if (!changeSignal || !loadedAt) return undefined
  const [by, at] = [childOf(table.node, 'partition_by'), childOf(table.node, 'event_time')]
  const cutBy = by ? fromPartitionBy(table, by) : at && fromEventTime(table, at, columns)
  const origin: RelationSource = {
    kind: 'relation',
    schema: textOf(childOf(table.group, 'schema')) ?? table.groupName,
    identifier: textOf(childOf(table.node, 'identifier')) ?? table.name,
    ...cutBy,
    ...loadedAt,
    watch: readWatch(table, changeSignal, cutBy?.grid),
  }
  return { origin, changeSignal }
}
