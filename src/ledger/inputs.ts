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

/** A set of inputs, and the relation whose partitions refer to it. */
export interface KeptSet {
  readonly relation: number
  readonly set: InputSet
}

/** A statement that keeps the sets, if there is anything to keep. */
export function keepInputs(writer: Writer, kept: readonly KeptSet[]): RawBuilder<unknown>[] {
  const columns = ['relation', 'set_id', 'key', 'version', 'published']
  const records = kept.flatMap(({ relation, set }) => set.records.map((record) => ({ relation, id: set.id, record })))
  // Digests belong to sources alone: where there are none, the column is left out, and the rest can be sent as lists.
  const groups = [
    records.filter(({ record }) => record.digest === undefined),
    records.filter(({ record }) => record.digest !== undefined),
  ]
  return groups.flatMap((some, digests) => {
    if (some.length === 0) return []
    const names = digests === 1 ? [...columns, 'digest'] : columns
    const rows = some.map(({ relation, id, record: r }) =>
      [relation, id, r.key, r.version, r.published, r.digest].slice(0, names.length),
    )
    const given = writer.values('v', names, rows)
    return [
      sql`insert into elt.inputs (${sql.raw(names.join(', '))}) select ${sql.raw(names.map((name) => `v.${name}`).join(', '))} from ${given}`,
    ]
  })
}

export function inputRecord(row: Row): InputRecord {
  return {
    key: String(row.key),
    version: Number(row.version),
    published: Number(row.published),
    ...(row.digest === null ? {} : { digest: String(row.digest) }),
  }
}
