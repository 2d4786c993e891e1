import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { registry } from '../diagnostics/index.ts'
import { type Workbench, workbench } from './testing.ts'
import { version } from './version.ts'

let bench: Workbench
beforeAll(async () => {
  bench = workbench()
  await bench.elt(['init', 'shop'])
})
afterAll(() => bench.remove())

const inShop = (line: string, env = {}) => bench.elt(line.split(' '), { cwd: 'shop', env })

describe('what needs no project', () => {
  it('answers --version, -h and help', async () => {
    expect(await bench.elt(['plan', '--version'])).toEqual({ code: 0, stdout: `elt ${version}\n`, stderr: '' })
    expect((await bench.elt([])).stdout).toContain('usage: elt <command> [options]')
    expect((await bench.elt(['help', 'plan'])).stdout).toContain('usage: elt plan [options]')
    expect((await bench.elt(['-t', 'x', 'plan', '-h'])).stdout).toContain('-s, --select <selectors>')
  })

  it('explains every code, and names the nearest of a misspelt one', async () => {
    for (const code of Object.keys(registry)) {
      const { code: exit, stdout } = await bench.elt(['explain', code])
      expect(exit).toBe(0)
      expect(stdout).toContain(`[${code}]`)
    }
    expect((await bench.elt(['explain', 'error[full-scan]:'])).code).toBe(0)
    const list = (await bench.elt(['explain'])).stdout.split('\n').filter((line) => /^[a-z-]+ {2,}/.test(line))
    expect(list.filter((line) => !/[.…]$/.test(line))).toEqual([])
    const { code, stderr } = await bench.elt(['explain', 'ful-scan'])
    expect(code).toBe(2)
    expect(stderr).toContain('help: a code with a similar name exists: elt explain full-scan')
  })

  it('ends with 2 and our own form for mistakes on the command line', async () => {
    expect(await bench.elt(['biuld'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^error\[command-unknown\]/),
    })
  })

  it('gives mistakes as JSON, too', async () => {
    const { code, stdout } = await bench.elt(['biuld', '--output', 'json'])
    expect(code).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({ diagnostics: [{ code: 'command-unknown', location: { column: 5 } }] })
  })
})

describe('finding the project', () => {
  it('says how to make one where there is none', async () => {
    const { code, stderr } = await bench.elt(['plan'])
    expect(code).toBe(2)
    expect(stderr).toContain('error[project-not-found]')
    expect(stderr).toContain('elt init <folder>')
  })

  it('finds it from a folder inside, as git does, and by --project-dir', async () => {
    expect(await bench.elt(['ls'], { cwd: 'shop/models/analytics' })).toMatchObject({ code: 0 })
    expect(await bench.elt(['ls', '--project-dir', 'shop'])).toMatchObject({ code: 0 })
    expect(await bench.elt(['ls', '--project-dir', 'nowhere'])).toMatchObject({ code: 2 })
  })
})

describe('init', () => {
  it('refuses a folder that holds anything, and writes nothing', async () => {
    bench.write('full/notes.txt', 'mine')
    const { code, stderr } = await bench.elt(['init', 'full'])
    expect(code).toBe(2)
    expect(stderr).toContain('error[folder-not-empty]')
    expect(existsSync(join(bench.folder, 'full/project.yml'))).toBe(false)
  })

  it('refuses zones and engines that do not exist, naming the nearest', async () => {
    expect((await bench.elt(['init', 'x', '--time-zone', 'Asia/Soul'])).stderr).toContain('`Asia/Seoul`')
    expect((await bench.elt(['init', 'x', '--adapter', 'duckbd'])).stderr).toContain('`duckdb`')
    expect(existsSync(join(bench.folder, 'x'))).toBe(false)
  })

  it('names the project after its folder', async () => {
    const { stdout } = await bench.elt(['init', 'My Shop (2)', '--output', 'json'])
    expect(JSON.parse(stdout)).toMatchObject({ name: 'my_shop_2', timeZone: 'UTC' })
  })
})

describe('what needs no warehouse', () => {
  it('lists models, as text and as JSON', async () => {
    expect((await inShop('ls -s daily_orders')).stdout).toBe(
      `model                   form                            path
analytics.daily_orders  incremental, day by order_date  models/analytics/daily_orders.sql
`,
    )
    const { stdout } = await inShop('ls --output json')
    expect(JSON.parse(stdout).map((model: { id: string }) => model.id)).toEqual([
      'raw_data.orders',
      'analytics.customers',
      'analytics.daily_orders',
    ])
  })

  it('counts settings without effect in one line, and tells them where it is asked about the project', async () => {
    await bench.elt(['init', 'grants'])
    bench.write(
      'grants/models/analytics/extra.yml',
      'models: [{ name: customers, config: { grants: { select: [x] } } }]\n',
    )
    const listed = await bench.elt(['ls'], { cwd: 'grants' })
    expect(listed.stderr).toBe('note: a setting has no effect here; elt compile says which, and what to do instead\n\n')
    expect((await bench.elt(['compile'], { cwd: 'grants' })).stderr).toContain('note[key-without-effect]: `grants`')
  })

  it('plans without making the warehouse', async () => {
    const { code, stdout, stderr } = await inShop('plan')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('analytics.daily_orders   7 partitions   2024-01-01 … 2024-01-07   never-built')
    expect(existsSync(join(bench.folder, 'shop/.elt'))).toBe(false)
  })

  it('plans as if it were another day; a future one has to be confirmed', async () => {
    expect((await inShop('plan --now 2024-01-04')).stdout).toContain('2024-01-01 … 2024-01-03')
    expect(await inShop('plan --now 2999-01-01')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('error[clock-in-future]'),
    })
    expect(await inShop('plan --now 2999-01-01 --yes')).toMatchObject({ code: 0 })
  })

  it('writes and prints compiled SQL, for the newest due partition or the one asked for', async () => {
    const newest = await inShop('compile -s daily_orders')
    expect(newest.stdout).toContain(`"order_date" >= date '2024-01-07'`)
    const asked = await inShop('compile -s daily_orders --partition 2024-01-02')
    expect(asked.stdout).toContain(`"order_date" >= date '2024-01-02'`)
    const written = readFileSync(join(bench.folder, 'shop/target/compiled/models/analytics/daily_orders.sql'), 'utf8')
    expect(written).toBe(asked.stdout)
  })

  it('points at a selector that matches nothing', async () => {
    const { code, stderr } = await inShop('plan --select daily_order')
    expect(code).toBe(2)
    expect(stderr).toContain('1 │ elt plan --select daily_order')
    expect(stderr).toContain('daily_orders')
  })

  it('checks everything with debug', async () => {
    const { code, stdout } = await inShop('debug')
    expect(code).toBe(0)
    expect(stdout).toContain('✓ warehouse  not made yet: elt build makes it')
  })

  it('removes target/ and nothing else', async () => {
    await inShop('compile')
    expect((await inShop('clean')).stdout).toContain('removed target/')
    expect(existsSync(join(bench.folder, 'shop/target'))).toBe(false)
    expect((await inShop('clean')).stdout).toContain('nothing to remove')
  })
})

describe('mistakes in a project', () => {
  it('shows bad YAML with its place and exit code 2', async () => {
    bench.write('bad/project.yml', 'name: bad\ntargets: {local: {type: duckdb, path: x.duckdb}\n')
    const { code, stderr } = await bench.elt(['plan'], { cwd: 'bad' })
    expect(code).toBe(2)
    expect(stderr).toContain('project.yml:')
    expect(stderr).not.toMatch(/error\[bug\]/)
  })

  it('names the nearest engine and the nearest key of a target', async () => {
    bench.write('engine/project.yml', 'name: x\ntargets: {local: {type: duckbd}}\n')
    expect((await bench.elt(['ls'], { cwd: 'engine' })).stderr).toContain('a similar engine exists: type: duckdb')
    bench.write('key/project.yml', 'name: x\ntargets: {local: {type: duckdb, paht: x.duckdb}}\n')
    const { stderr } = await bench.elt(['ls'], { cwd: 'key' })
    expect(stderr).toContain('error[target-option-unknown]')
    expect(stderr).toContain('`path`')
  })

  it('shows an error in a template with its frame', async () => {
    bench.write('template/project.yml', 'name: x\ntargets: {local: {type: duckdb, path: x.duckdb}}\n')
    bench.write('template/models/analytics/a.sql', "select * from {{ ref('nothing') }}\n")
    const { code, stderr } = await bench.elt(['ls'], { cwd: 'template' })
    expect(code).toBe(2)
    expect(stderr).toContain('models/analytics/a.sql:1:')
  })

  it('masks secrets in what it prints', async () => {
    bench.write('secret/project.yml', 'name: x\ntargets: {local: {type: duckdb, path: x.duckdb, token: sw0rdfish}}\n')
    bench.write('secret/models/analytics/hunter22.sql', 'select 1 as a from {{ nothing }}\n')
    const { stderr } = await bench.elt(['ls'], { cwd: 'secret', env: { ELT_SECRET_X: 'hunter22' } })
    expect(stderr).not.toContain('hunter22')
    expect(stderr).not.toContain('sw0rdfish')
  })
})
