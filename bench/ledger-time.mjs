/**
 * Preloaded into a run whose drivers are not bundled: on exit it adds to the report of `measure.mjs` how many milliseconds went
 * by, and over how many texts, in statements about leases, heartbeats, fences and attempts, and in all statements of the ledger.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { DuckDBConnection } from '@duckdb/node-api'
import pg from 'pg'
import './measure.mjs'

const spent = { guarding: 0, guardingTexts: 0, ledger: 0, ledgerTexts: 0 }

function timed(prototype, method) {
  const original = prototype[method]
  prototype[method] = function measured(...given) {
    const sql = typeof given[0] === 'string' ? given[0] : (given[0]?.text ?? '')
    const answer = original.apply(this, given)
    if (!/\belt\.[a-z_]+/.test(sql) || !answer?.then) return answer
    const started = performance.now()
    const over = () => {
      const milliseconds = performance.now() - started
      spent.ledger += milliseconds
      spent.ledgerTexts += 1
      if (!/\belt\.(runs|leases|attempts)\b/.test(sql)) return
      spent.guarding += milliseconds
      spent.guardingTexts += 1
    }
    answer.then(over, over)
    return answer
  }
}

timed(DuckDBConnection.prototype, 'run')
timed(pg.Client.prototype, 'query')

process.on('exit', () => {
  const report = process.env.ELT_MEASURE ?? '/dev/null'
  writeFileSync(report, JSON.stringify({ ...JSON.parse(readFileSync(report, 'utf8')), ...spent }))
})
