import { type Diagnostic, diagnose } from '../diagnostics/index.ts'
import { logicalType } from './column-types.ts'
import type { ColumnProperties, RelationSource } from './project.ts'
import { filledText, mapping, oneOf, optional } from './shape.ts'
import { validateValue } from './validate.ts'
import { childOf, entryOf, located, spanOf, textOf, type YamlFile, type YamlNode } from './yaml-node.ts'

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
  readonly found: Diagnostic[]
}

const timeTypes = ['date', 'instant', 'local'] as const
type EventTime = NonNullable<RelationSource['eventTime']>

const cut = mapping({ column: filledText, type: optional(oneOf(timeTypes)) })

function fromPartitionBy(table: TableNode, node: YamlNode): EventTime | undefined {
  const name = textOf(node)
  if (name !== undefined) return { column: name, type: 'date' }
  const { value, location } = located(table.yaml.file, node)
  const given = validateValue(cut, value, 'partition_by', location, table.found)
  return given && { column: given.column, type: given.type ?? 'date' }
}

function fromEventTime(table: TableNode, node: YamlNode, columns: readonly ColumnProperties[]): EventTime | undefined {
  const name = textOf(node) ?? ''
  const declared = columns.find((column) => column.name.toLowerCase() === name.toLowerCase())?.type
  const type = declared === undefined ? undefined : logicalType(declared)
  if (type === 'date' || type === 'instant' || type === 'local') return { column: name, type }
  const detail =
    declared === undefined
      ? `has the event time ${name}, whose type is not declared`
      : `has the event time ${name}, which is of type ${declared}`
  const help = `declare it: columns: [{ name: ${name}, data_type: date }] (or instant, or local)`
  const place = spanOf(table.yaml.file, node)
  table.found.push(diagnose('source-incomplete', { source: table.label, detail, help }, place))
  return undefined
}

/** Whether the signal that a table asks for is one that tables have. */
function checkSignal(table: TableNode): boolean {
  const entry = entryOf(table.node, 'change_signal')
  const signal = textOf(entry?.value)
  if (!entry || signal === undefined || signal === 'none') return true
  const place = spanOf(table.yaml.file, entry.value)
  if (signal === 'files') {
    const detail = 'is a table of the warehouse, and has no files whose changes could be seen'
    const help = 'write change_signal: none, or name its files: files: data/….parquet'
    table.found.push(diagnose('source-incomplete', { source: table.label, detail, help }, place))
  } else {
    const help = 'tables of the warehouse have change_signal: none: what reads them is built again by every run'
    table.found.push(diagnose('not-yet-supported', { feature: `\`change_signal: ${signal}\``, help }, place))
  }
  return false
}

/** A source without files: where its table lies, and by which column windows of it are read. */
export function readRelationSource(table: TableNode, columns: readonly ColumnProperties[]): RelationSource | undefined {
  if (!checkSignal(table)) return undefined
  const [by, at] = [childOf(table.node, 'partition_by'), childOf(table.node, 'event_time')]
  const eventTime = by ? fromPartitionBy(table, by) : at && fromEventTime(table, at, columns)
  return {
    kind: 'relation',
    schema: textOf(childOf(table.group, 'schema')) ?? table.groupName,
    identifier: textOf(childOf(table.node, 'identifier')) ?? table.name,
    ...(eventTime ? { eventTime } : {}),
  }
}
