import { diagnose } from '../diagnostics/index.ts'
import type { Draft } from './draft.ts'
import type { Input } from './graph.ts'
import type { Links } from './links.ts'
import { extentIn } from './reaches.ts'

/** How many of its own partitions before a partition reads; 0: none. */
export function ownReach({ id, rendered, partitioning }: Draft): number {
  if (!partitioning) return 0
  const own = rendered.uses.filters.filter(({ filter }) => filter.isThis && filter.node === id)
  return Math.max(0, ...own.map(({ filter }) => extentIn(partitioning.grid, filter.before)))
}

/** The edge of a model to its own partitions before. Its table has to be there before its first rows: the columns make it. */
export function ownPartitions(draft: Draft, links: Links): Input[] {
  const before = ownReach(draft)
  if (before === 0 || !draft.partitioning) return []
  const { columns, file } = draft.file
  const untyped = columns.filter(({ type }) => type === undefined || links.dialect.type(type) === undefined)
  const isCut = columns.some(({ name }) => name.toLowerCase() === draft.partitioning?.column.toLowerCase())
  if (untyped.length > 0 || !isCut) {
    const [read] = draft.rendered.uses.reads.filter(({ reference }) => reference.isThis)
    const names = untyped.map(({ name }) => name)
    links.report(diagnose('self-read-untyped', { model: draft.id, path: file.path, untyped: names }, read?.location))
  }
  return [{ kind: 'self', key: `self:-${before}`, upstream: draft.id, before }]
}
