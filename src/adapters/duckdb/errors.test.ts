import { describe, expect, test } from 'vitest'
import type { ExplainedError } from '../contract.ts'
import { connection, session, useDatabase } from './testing.ts'

useDatabase()

async function explained(sql: string): Promise<ExplainedError> {
  const error = await connection.query(sql).catch((e: unknown) => e)
  expect(error).toBeInstanceOf(Error)
  return session.explainError(error)
}

describe('errors of the engine', () => {
  const cases: readonly (readonly [string, Partial<ExplainedError>])[] = [
    ['select 1;\nselect naem from (select 1 as name)', { kind: 'sql', offset: 17, candidates: ['name'] }],
    ['select x.naem from duckdb_settings() as x', { kind: 'sql', offset: 7, candidates: ['name'] }],
    ['select colour from (select 1 as name, 2 as id)', { kind: 'sql', offset: 7 }],
    ['select xx.name from (select 1 as name) as x', { kind: 'sql', offset: 7, candidates: ['x'] }],
    [`select 'ü😀', nope(1)`, { kind: 'sql', offset: 14 }],
    ['select 1 frm x y', { kind: 'sql', offset: 13, message: 'syntax error at or near "x"' }],
    ['select * from absent', { kind: 'sql', offset: 14, message: 'Table with name absent does not exist!' }],
    [`select cast('ab' as integer)`, { kind: 'data', message: "Could not convert string 'ab' to INT32" }],
    ['select 127::tinyint + 1::tinyint', { kind: 'data', message: 'Overflow in addition of INT8 (127 + 1)!' }],
    [`select strptime('x', '%Y')`, { kind: 'data' }],
    [`select error('mine')`, { kind: 'data', message: 'mine' }],
    ['select (select 1 union all select 2)', { kind: 'data' }],
    [`select * from 'absent.csv'`, { kind: 'sql' }],
  ]
  test.each(cases)('%s', async (sql, expected) => {
    expect(await explained(sql)).toMatchObject(expected)
  })

  test('names that are not alike are no candidates', async () => {
    expect(await explained('select maks(1)')).not.toHaveProperty('candidates')
    expect(await explained('select * from xxxxxxxxxxxxxxx')).not.toHaveProperty('candidates')
  })

  test('an abort is a cancellation', async () => {
    expect(session.explainError(new DOMException('stopped', 'AbortError')).kind).toBe('cancelled')
    expect(session.explainError('INTERRUPT Error: Interrupted!').kind).toBe('cancelled')
  })
})
