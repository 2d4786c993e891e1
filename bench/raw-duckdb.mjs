/** Runs the statements given as a JSON array on standard input, one after the other, in a DuckDB file of its own, or in one that is there (`--keep`). */
import { readFileSync, rmSync } from 'node:fs'
import { DuckDBInstance } from '@duckdb/node-api'

const [path = ':memory:', keep] = process.argv.slice(2)
if (keep !== '--keep') rmSync(path, { force: true })
const instance = await DuckDBInstance.create(path)
const connection = await instance.connect()
for (const statement of JSON.parse(readFileSync(0, 'utf8'))) await connection.run(statement)
connection.closeSync()
instance.closeSync()
