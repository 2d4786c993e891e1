import { createHash } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import type { Row } from '../adapters/contract.ts'
import type { InputRecord } from './record.ts'
import type { Writer } from './sql.ts'

/** Input records under the number by which partitions refer to them: a digest of their content. 0: none. */
export interface InputSet {
  readonly id: bigint
  readonly records: readonly InputRecord[]
}

export function inputSet(records: readonly InputRecord[]): InputSet {
  const sorted = [...records].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  if (sorted.length === 0) return { id: 0n, records: sorted }
  const content = JSON.stringify(sorted.map((r) => [r.key, r.version, r.published, r.digest ?? null]))
  return { id: createHash('sha256').update(content).digest().readBigInt64LE(0), records: sorted }
}

/** Statements that keep the sets of a relation. */
export function keepInputs(writer: Writer, relation: number, sets: Iterable<InputSet>): RawBuilder<unknown>[] {
  const rows = [...sets].flatMap((set) =>
    set.records.map((r) => [relation, set.id, r.key, r.version, r.published, r.digest]),
  )
  if (rows.length === 0) return []
  return [sql`insert into elt.inputs (relation, set_id, key, version, published, digest) ${writer.rows(rows)}`]
}

export function inputRecord(row: Row): InputRecord {
  return {
    key: String(row.key),
    version: Number(row.version),
    published: Number(row.published),
    ...(row.digest === null ? {} : { digest: String(row.digest) }),
  }
}
