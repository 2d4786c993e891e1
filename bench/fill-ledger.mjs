/**
 * Fills the ledger of the hours project, of which some days were built, with all partitions up to an ordinal, as if they had been
 * built in batches of 744: each has a version, an attempt and inputs of its own.
 */
import { DuckDBInstance } from '@duckdb/node-api'

const [path = '', end = '0'] = process.argv.slice(2)
const instance = await DuckDBInstance.create(path)
const connection = await instance.connect()
const last = 'select relation, max(ordinal) as ordinal from elt.partitions group by relation'
// Piece by piece: a transaction keeps in memory what it has not written yet.
const [[first]] = (await connection.runAndReadAll(`select max(ordinal) + 1 from elt.partitions`)).getRows()
for (let at = Number(first); at < Number(end); at += 744 * 40) {
  await connection.run(`insert into elt.partitions by name
select p.* replace (o as ordinal, strftime(timestamp '1970-01-01' + to_hours(o), '%Y-%m-%dT%H:00Z') as key,
  '1:' || hash(o, relation) || ':' || hash(o + 1, relation) as checksum, 2 + (o - ${first}) // 744 as version,
  10 + (o // 744) * 10 + relation as attempt, built_at + to_seconds(o // 744) as built_at, o // 744 * 1000003 + relation as inputs)
from (select * from elt.partitions semi join (${last}) using (relation, ordinal)) as p
cross join (select unnest(range(${at}, least(${at + 744 * 40}, ${end}))) as o) as g
order by o // 744, p.relation, o`)
}
await connection.run(`insert into elt.inputs by name
select i.* replace (b * 1000003 + relation as set_id, 2 + b - ${first} // 744 as version)
from (select * from elt.inputs where set_id in (select min(set_id) from elt.inputs group by relation)) as i
cross join (select unnest(range(${first} // 744, ${end} // 744 + 1)) as b) as g where i.relation > 1`)
await connection.run('update elt.leases set version = 2 + (select max(version) from elt.partitions)')
await connection.run('update elt.relations set head_clean = false')
await connection.run('checkpoint')
connection.closeSync()
instance.closeSync()
