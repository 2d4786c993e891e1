import { createHash } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import type { Row } from '../adapters/contract.ts'
import type { InputRecord } from './record.ts'
import type { Writer } from './sql.ts'

/** Input records under the name by which partitions refer to them: a digest of their content. Empty text: none. */
export interface InputSet {
  readonly id: string
  readonly records: readonly InputRecord[]
}

export function inputSet(records: readonly InputRecord[]): InputSet {
  const sorted = [...records].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  if (sorted.length === 0) return { id: '', records: sorted }
  const content = JSON.stringify(sorted.map((r) => [r.key, r.version, r.published, r.digest ?? null]))
  return { id: createHash('sha256').update(content).digest('hex').slice(0, 32), records: sorted }
}

/** Statements that keep the sets of a relation which it does not have yet. */
export function keepInputs(writer: Writer, relation: number, sets: Iterable<InputSet>): RawBuilder<unknown>[] {
  const rows = [...sets].flatMap((set) =>
    set.records.map((r) => [set.id, r.key, r.version, r.published, r.digest] as const),
  )
  if (rows.length === 0) return []
  const given = writer.values('v', ['set_id', 'key', 'version', 'published', 'digest'], rows)
  return [
    sql`insert into elt.inputs (relation, set_id, key, version, published, digest)
select ${relation}, v.set_id, v.key, v.version, v.published, cast(v.digest as text) from ${given}
where not exists (select 1 from elt.inputs as i where i.relation = ${relation} and i.set_id = v.set_id)`,
  ]
}

export function inputRecord(row: Row): InputRecord {
  return {
    key: String(row.key),
    version: Number(row.version),
    published: Number(row.published),
    ...(row.digest === null ? {} : { digest: String(row.digest) }),
  }
}
