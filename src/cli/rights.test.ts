import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Database, describePostgres, freshDatabase } from '../../tests/engines/index.ts'
import { postgresDatabase, type TestWarehouse, type Workbench, workbench } from './testing.ts'

// What a user of the warehouse is told who lacks a right. Roles belong to the server, so each test has its own.

describePostgres('a right that is missing', (server) => {
  let bench: Workbench
  let database: Database
  let warehouse: TestWarehouse
  let role: string

  const elt = (line: string) => bench.elt(line.split(' '))
  const grant = (what: string) => warehouse.run(`grant ${what} to ${role}`)

  beforeEach(async () => {
    bench = workbench()
    database = await freshDatabase(server)
    warehouse = postgresDatabase(database.url)
    role = `role_${new URL(database.url).pathname.slice(1)}`
    await warehouse.run(`create role ${role} login`)
    const url = new URL(database.url)
    url.username = role
    const targets = `local: { type: postgres, url: "${url}" }, owner: ${warehouse.target}`
    bench.write('project.yml', `name: till\ndefault_target: local\ntargets: { ${targets} }\n`)
    bench.write('models/raw_data/one.sql', "{{ config(materialized='table') }}select 1 as id")
  }, 60_000)

  afterEach(async () => {
    bench.remove()
    await warehouse.run(`drop owned by ${role}; drop role ${role}`)
    await database.drop()
  })

  it('to make the ledger: is told with what would give it', async () => {
    const ran = await elt('build')
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(ran.stderr).toContain(
      'error[warehouse-right-missing]: the user of the target lacks a right: permission denied',
    )
    expect(ran.stderr).toMatch(/help: its owner gives the right: grant create on database \S+ to role_\w+/)
  })

  it('to make schemas: is not needed where they are', async () => {
    await warehouse.run(`create schema elt authorization ${role}; create schema raw_data authorization ${role}`)
    const ran = await elt('build')
    expect(ran.stderr).toContain('✓ raw_data.one')
    expect(ran.code).toBe(0)
  })

  it('to read the ledger: is not taken for a ledger that is empty', async () => {
    expect(await elt('build --target owner')).toMatchObject({ code: 0 })
    const ran = await elt('plan')
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(ran.stderr).toContain('grant usage on schema elt to')
    expect((await elt('debug')).code).toBe(2)
    await grant('usage on schema elt')
    await grant('select on all tables in schema elt')
    expect((await elt('plan')).stdout).toContain('nothing to build')
    const forced = await elt('build --force')
    expect(forced).toMatchObject({ code: 2, stdout: '' })
    expect(forced.stderr).toContain(`become a member of that role: grant <its owner> to ${role}`)
  })

  it('to read a source: is told at the model, with the rest of the run done', async () => {
    await grant(`create on database ${new URL(database.url).pathname.slice(1)}`)
    await warehouse.run('create schema crm; create table crm.people (id integer)')
    await grant('usage on schema crm')
    bench.write('models/sources.yml', 'sources: [{ name: crm, tables: [{ name: people }] }]')
    bench.write(
      'models/raw_data/two.sql',
      "{{ config(materialized='table') }}select id from {{ source('crm', 'people') }}",
    )
    const ran = await elt('build')
    expect(ran.code).toBe(1)
    expect(ran.stderr).toContain(
      'error[engine-error]: the engine refused raw_data.two: permission denied for table people',
    )
    expect(ran.stderr).toContain('grant select on table "crm"."people" to role_')
    expect(ran.stderr).toContain('✓ raw_data.one')
  })
})
