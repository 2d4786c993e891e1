import type { ColumnProperties } from '../../project/index.ts'
import type { Workshop } from './context.ts'

/** Stands for a value that nobody is to read. */
const mask = '***'

type Rows = readonly Readonly<Record<string, unknown>>[]

/** Whether a column holds what is about people: tagged `pii`, or with `pii: true` or `contains_pii: true` in its meta. */
function isPersonal({ tags, meta }: ColumnProperties): boolean {
  return tags?.some((tag) => tag.toLowerCase() === 'pii') === true || meta?.pii === true || meta?.contains_pii === true
}

/** Personal columns of some nodes, in small letters. */
function personalColumns(
  { models, definitions }: Pick<Workshop, 'models' | 'definitions'>,
  nodes: readonly string[],
): ReadonlySet<string> {
  const columns = nodes.flatMap((node) => (models.get(node) ?? definitions.get(node))?.columns ?? [])
  return new Set(columns.filter(isPersonal).map(({ name }) => name.toLowerCase()))
}

/** Rows of queries about some nodes, as they may be shown and kept: values of personal columns are masked, NULL is not. */
export function withoutPersonal(
  workshop: Pick<Workshop, 'models' | 'definitions'>,
  nodes: readonly string[],
  rows: Rows,
): Rows {
  if (rows.length === 0) return rows
  const personal = personalColumns(workshop, nodes)
  if (personal.size === 0) return rows
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        value !== null && personal.has(name.toLowerCase()) ? mask : value,
      ]),
    ),
  )
}
