import { cpSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emptyWorkspace, type Workspace } from './workspace.ts'

/**
 * A project of the shape that dbt's own tutorial has: models at the root and in a folder, properties beside them, sources that
 * are tables, tests, macros and a loop. Of its files only the project file has another name here.
 */

const fixture = resolve(import.meta.dirname, '../fixtures/coffee_shop')

/** What something else has loaded before. */
const loaded = `
attach '.elt/warehouse.duckdb' as warehouse;
create schema warehouse.raw;
create table warehouse.raw.guests as select * from (values
  (1, 'Ada', 'Lovelace'), (2, 'Grace', 'Hopper'), (3, 'Alan', 'Turing'), (4, 'Mary', 'Jackson')
) as t(id, given_name, family_name);
create table warehouse.raw.till_tickets as select * from (values
  (10, 1, timestamp '2026-01-02 08:00:00', 'served'),
  (11, 1, timestamp '2026-01-05 09:30:00', 'returned'),
  (12, 2, timestamp '2026-01-05 10:00:00', 'served'),
  (13, 2, timestamp '2025-12-30 10:00:00', 'served'),
  (14, 3, timestamp '2026-01-06 10:00:00', 'open')
) as t(id, guest, closed_at, state);
create table warehouse.raw.settlements as select * from (values
  (1, 10, 'cash', 350), (2, 11, 'card', 420), (3, 12, 'card', 500), (4, 12, 'voucher', 255), (5, 13, 'cash', 900)
) as t(id, ticket, method, cents);
detach warehouse;
`

describe("a project of dbt's tutorial shape", () => {
  let shop: Workspace

  beforeAll(async () => {
    shop = emptyWorkspace()
    cpSync(fixture, shop.folder, { recursive: true })
    shop.write('.elt/readme', '')
    await shop.sql(loaded)
  })
  afterAll(() => shop.dispose())

  const rows = (sql: string) => shop.query(sql)
  const run = (...args: readonly string[]): string => {
    const { code, stdout, stderr } = shop.elt(...args)
    expect(code, `elt ${args.join(' ')}\n${stdout}\n${stderr}`).toBe(0)
    return stdout
  }

  it('is built, with its tests', async () => {
    const out = run('build')
    expect(out).toMatch(/built 5 models · 8 rows · 19 assertions: 19 passed/)
    expect(
      await rows(
        'select ticket_id, guest_id, ticket_date::varchar as day, status, cash_amount, card_amount, voucher_amount, amount from analytics.tickets order by 1',
      ),
    ).toEqual([
      { ticket_id: 10, guest_id: 1, day: '2026-01-02', status: 'served', ...paid(3.5, 0, 0) },
      { ticket_id: 11, guest_id: 1, day: '2026-01-05', status: 'returned', ...paid(0, 4.2, 0) },
      { ticket_id: 12, guest_id: 2, day: '2026-01-05', status: 'served', ...paid(0, 5, 2.55) },
      { ticket_id: 14, guest_id: 3, day: '2026-01-06', status: 'open', ...paid(0, 0, 0) },
    ])
    expect(
      await rows(
        'select guest_id, given_name, first_visit::varchar as first, last_visit::varchar as last, number_of_tickets::int as n, lifetime_value as value from analytics.guests order by 1',
      ),
    ).toEqual([
      { guest_id: 1, given_name: 'Ada', first: '2026-01-02', last: '2026-01-05', n: 2, value: 7.7 },
      { guest_id: 2, given_name: 'Grace', first: '2026-01-05', last: '2026-01-05', n: 1, value: 7.55 },
      { guest_id: 3, given_name: 'Alan', first: '2026-01-06', last: '2026-01-06', n: 1, value: 0 },
      { guest_id: 4, given_name: 'Mary', first: null, last: null, n: 0, value: 0 },
    ])
  })

  it('has views of what is a view and no relation of what is ephemeral', async () => {
    expect(
      await rows(
        "select table_name as name, table_type as kind from information_schema.tables where table_schema = 'analytics' order by 1",
      ),
    ).toEqual([
      { name: 'guests', kind: 'BASE TABLE' },
      { name: 'stg_guests', kind: 'VIEW' },
      { name: 'stg_settlements', kind: 'VIEW' },
      { name: 'stg_tickets', kind: 'VIEW' },
      { name: 'tickets', kind: 'BASE TABLE' },
    ])
  })

  it('is built again because nobody can see whether tables changed, and changes nothing', async () => {
    const before = await shop.contents()
    expect(run('plan')).toMatch(/analytics\.tickets\s+table\s+polls/)
    expect(run('build')).toMatch(/built 0 models/)
    expect(await shop.contents()).toEqual(before)
  })

  it('takes up what is loaded later', async () => {
    await shop.sql(
      "attach '.elt/warehouse.duckdb' as w; insert into w.raw.settlements values (6, 14, 'cash', 300); detach w",
    )
    run('build')
    expect(await rows('select amount from analytics.tickets where ticket_id = 14')).toEqual([{ amount: 3 }])
  })

  it('fails where its data breaks a test, and keeps the rows before', async () => {
    const change = (state: string) =>
      shop.sql(
        `attach '.elt/warehouse.duckdb' as w; update w.raw.till_tickets set state = '${state}' where id = 14; detach w`,
      )
    await change('lost')
    const { code, stderr } = shop.elt('build')
    expect(code).toBe(1)
    expect(stderr).toContain('accepted_values')
    expect(await rows('select status from analytics.tickets where ticket_id = 14')).toEqual([{ status: 'open' }])
    await change('open')
    run('build')
  })

  it('is listed, tested and compiled', () => {
    const names = run('ls')
      .split('\n')
      .flatMap((line) => /^(analytics\.\w+)/.exec(line)?.[1] ?? [])
    expect(names).toEqual([
      'analytics.stg_guests',
      'analytics.stg_settlements',
      'analytics.stg_tickets',
      'analytics.settled_tickets',
      'analytics.tickets',
      'analytics.guests',
    ])
    expect(run('ls', '--resource-type', 'exposure')).toContain('exposure.weekly_numbers')
    expect(run('ls', '-s', '+exposure:weekly_numbers')).toContain('analytics.settled_tickets')
    expect(run('test')).toContain('19 passed')
    run('compile')
    const sql = shop.read('target/compiled/models/tickets.sql')
    expect(sql).toContain("sum(case when payment_method = 'voucher' then amount else 0 end) as voucher_amount")
    expect(sql).toContain('"analytics"."stg_settlements"')
  })

  it('says which table is missing before it builds anything', async () => {
    await shop.sql("attach '.elt/warehouse.duckdb' as w; alter table w.raw.settlements rename to payments; detach w")
    const { code, stderr } = shop.elt('build')
    expect(code).toBe(2)
    expect(stderr).toContain(
      'error[source-table-missing]: the table `raw.settlements` of the source `till.settlements`',
    )
    expect(stderr).toContain('models/staging/sources.yml:15:15')
  })
})

function paid(cash: number, card: number, voucher: number) {
  return { cash_amount: cash, card_amount: card, voucher_amount: voucher, amount: cash + card + voucher }
}
