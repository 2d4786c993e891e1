import type { AssertionResult } from '../../ledger/index.ts'
import type { Judgement, Workshop } from '../site/index.ts'

/** Results of partitions that passed, as one: what was measured of them is known. */
function together(results: readonly AssertionResult[]): AssertionResult[] {
  const [first, last] = [results[0], results.at(-1)]
  if (!first || !last) return []
  const { value: _, ...rest } = first
  return [
    {
      ...rest,
      partition: first.partition === last.partition ? first.partition : `${first.partition} … ${last.partition}`,
      failures: results.reduce((sum, { failures }) => sum + failures, 0),
      rows: results.reduce((sum, { rows }) => sum + rows, 0),
    },
  ]
}

/**
 * A judgement of all that is published, with the values alone that are new: a table is judged as a whole whenever one of its partitions
 * changes, and what the others measured is on record.
 */
export async function withoutRepeated({ ledger }: Pick<Workshop, 'ledger'>, judgement: Judgement): Promise<Judgement> {
  const { results } = judgement
  const measured = results
    .filter(({ status, value }) => status === 'pass' && value !== undefined)
    .sort((a, b) => (a.partition < b.partition ? -1 : 1))
  const [first, last] = [measured[0], measured.at(-1)]
  if (!first || !last || measured.length < 2) return judgement
  const known = await ledger.quality.values(first.hash, { first: first.partition, last: last.partition })
  const values = new Map(known.map(({ partition, value }) => [partition, value]))
  const repeated = measured.filter(({ partition, value }) => values.get(partition) === value)
  const gone = new Set(repeated)
  return { ...judgement, results: [...results.filter((one) => !gone.has(one)), ...together(repeated)] }
}
