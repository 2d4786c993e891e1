/** Runs the statements given as a JSON array on standard input, one after the other, in a DuckDB file of its own. */
import { readFileSync, rmSync } from 'node:fs'
import { DuckDBInstance } from '@duckdb/node-api'

const [path = ':memory:'] = process.argv.slice(2)
rmSync(path, { force: true })
const instance = await DuckDBInstance.create(path)
const connection = await instance.connect()
for (const statement of JSON.parse(readFileSync(0, 'utf8'))) await connection.run(statement)
connection.closeSync()
instance.closeSync()
