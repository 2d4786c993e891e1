import path from 'node:path'
import { columnDifferences } from '../column-differences.ts'
import type { Adapter } from '../contract.ts'
import { openBinder, openEmpty } from './binder.ts'
import { dialect } from './dialect.ts'
import { inferFiles } from './infer.ts'
import { openReader } from './read-rows.ts'
import { connect } from './session.ts'
import { types } from './types.ts'

/** DuckDB: a file, or `:memory:`, held by one process at a time. */
export const duckdb: Adapter = {
  name: 'duckdb',
  dialect,
  features: {
    transactions: true,
    transactionalDdl: true,
    concurrentPublications: true,
    exclusiveWriter: true,
    temporarySchema: 'temp',
    identifierLimit: 255,
    typeOfNull: '"NULL"',
    ledger: { keys: false },
  },
  compareColumns: (promised, found) => columnDifferences(promised, found, types),
  options: {
    path: {
      type: 'string',
      required: true,
      help: 'the database file, relative to the project; made when it is missing',
    },
    threads: { type: 'number', required: false, help: 'threads of the engine; default: one for each processor' },
    memory_limit: { type: 'string', required: false, help: "most memory, like '4 GB'; default: 80 % of the machine's" },
  },
  newTarget: { lines: ['path: .elt/warehouse.duckdb'], variables: {} },
  database: ({ options, projectDirectory }) => ({ file: path.resolve(projectDirectory, String(options.path)) }),
  connect,
  openBinder,
  openEmpty,
  inferFiles,
  openReader,
}
