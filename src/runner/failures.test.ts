import { beforeEach, describe, expect, it } from 'vitest'
import { assertion, graphOf, model, openWorld, type World } from './testing.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
  await world.sql(`create schema fixture; create table fixture.people as
    select date '2024-01-01' + cast(i % 4 as integer) as d, i as id, 'p' || i || '@example.org' as email,
      case when i = 5 then null else 'n' || i end as nick from range(12) as t(i)`)
})

const people = model('raw_data.people', {
  sql: 'select d, id, email, nick from fixture.people where d >= [start] and d < [end]',
  day: 'd',
  begin: '2024-01-01',
  end: '2024-01-05',
  config: { uniqueKey: ['id'] },
})
const personal = {
  ...people,
  columns: [
    { name: 'email', description: '', tags: ['PII'] },
    { name: 'nick', description: '', meta: { pii: true } },
  ],
}
const few = assertion('raw_data.people', 'expression_is_true', { arguments: { expression: 'id <> 6 and id <> 7' } })

const kept = (): Promise<unknown[]> =>
  world.query('select partition, status, severity, key, row from elt.assertion_failures order by key, row')

describe('rows that fail', () => {
  it('are kept although nothing of them is published, each with its partition and key', async () => {
    await world.run(graphOf([people], [], [few]))
    const row = (id: number, day: string) => `{"d":"${day}","id":${id},"email":"p${id}@example.org","nick":"n${id}"}`
    expect(await kept()).toEqual([
      { partition: '2024-01-03', status: 'fail', severity: 'error', key: '{"id":6}', row: row(6, '2024-01-03') },
      { partition: '2024-01-04', status: 'fail', severity: 'error', key: '{"id":7}', row: row(7, '2024-01-04') },
    ])
    const [{ published } = {}] = await world.query('select count(distinct d) as published from raw_data.people')
    expect(Number(published)).toBe(2)
  })

  it('are kept by the transaction that says why their partition is not published', async () => {
    const forgetful = world.run(graphOf([people], [], [few]), {
      wrapLedger: (ledger) => ({ ...ledger, recordResults: () => Promise.reject(new Error('killed')) }),
    })
    await expect(forgetful).rejects.toThrow('killed')
    expect(await kept()).toHaveLength(2)
    expect(await world.query("select count(*) as n from elt.outcomes where status = 'assertion-failed'")).toEqual([
      { n: 2 },
    ])
    expect(await world.query("select status from elt.assertion_results where status = 'fail'")).toHaveLength(2)
  })

  it('are kept up to the limit of the assertion, and not with store_failures: false', async () => {
    await world.run(graphOf([people], [], [{ ...few, limit: 1 }]))
    expect(await kept()).toHaveLength(1)
    await world.run(graphOf([{ ...people, fingerprint: 'b' }], [], [{ ...few, storeFailures: false }]))
    expect(await kept()).toHaveLength(1)
  })

  it('show nothing of personal columns, neither in the ledger nor to anybody', async () => {
    const nick = assertion('raw_data.people', 'not_null', { column: 'nick', severity: 'warn', blocking: false })
    const results = await world.run(graphOf([personal], [], [few, nick]), { assertions: 'all' })
    const rows = (await kept()).map((found) => JSON.parse(String((found as { row: unknown }).row)))
    expect(rows.map(({ email, nick: name }) => [email, name])).toEqual([
      ['***', null],
      ['***', '***'],
      ['***', '***'],
    ])
    expect(JSON.stringify(results)).not.toContain('@example.org')
    const test = await world.test(graphOf([personal], [], [{ ...few, arguments: { expression: 'id <> 4' } }]))
    expect(test.assertions[0]?.sample).toEqual([{ d: '2024-01-01', id: 4, email: '***', nick: '***' }])
  })

  it('of keys and strays are masked, too', async () => {
    const keyed = model('raw_data.keyed', {
      sql: "select d, 'a' || '@example.org' as email from fixture.people where d >= [start] or [end] is null",
      day: 'd',
      begin: '2024-01-02',
      end: '2024-01-03',
    })
    const columns = [{ name: 'Email', description: '', tags: ['pii'] }]
    const results = await world.run(graphOf([{ ...keyed, columns }]))
    expect(results.batches[0]?.diagnostics.map(({ code }) => code)).toEqual(['stray-rows'])
    expect(JSON.stringify(results)).not.toContain('a@example.org')
  })
})

describe('what is measured', () => {
  it('is kept with names, thresholds and times', async () => {
    await world.run(graphOf([people], [], [few]))
    const [row] = await world.query(`select name, severity, threshold, column_name, seconds >= 0 as timed
      from elt.assertion_results where status = 'pass'`)
    expect(row).toEqual({
      name: 'expression_is_true',
      severity: 'error',
      threshold: '!= 0',
      column_name: null,
      timed: true,
    })
  })

  it('is a line for each model in a view for other tools', async () => {
    const status = () =>
      world.query(`select model, status, last_good_partition as good, partitions, failing_partitions as missing,
        failing_assertions as failing, failing as names, hours_since_built >= 0 as built from elt.model_status`)
    await world.run(graphOf([people], [], [few]))
    const failing = { model: 'raw_data.people', status: 'failing', good: '2024-01-02', partitions: 2, missing: 2 }
    expect(await status()).toEqual([{ ...failing, failing: 1, names: 'expression_is_true', built: true }])
    await world.run(
      graphOf([{ ...people, fingerprint: 'mended' }], [], [{ ...few, arguments: { expression: 'true' }, hash: 'new' }]),
    )
    expect(await status()).toEqual([
      {
        ...{ model: 'raw_data.people', status: 'passing', good: '2024-01-04', partitions: 4, missing: 0 },
        ...{ failing: 0, names: null, built: true },
      },
    ])
  })
})
