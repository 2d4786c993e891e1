/** Sends the statements given as a JSON array on standard input, one after the other, to the Postgres server named. */
import { readFileSync } from 'node:fs'
import pg from 'pg'

const client = new pg.Client({ connectionString: process.argv[2] })
await client.connect()
for (const statement of JSON.parse(readFileSync(0, 'utf8'))) await client.query(statement)
await client.end()
