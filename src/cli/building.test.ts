import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ran, type Workbench, workbench } from './testing.ts'

const benches: Workbench[] = []
afterAll(() => {
  for (const bench of benches) bench.remove()
})

/** A new project of `elt init`, and a way to run a command line in it. */
async function shop() {
  const bench = workbench()
  benches.push(bench)
  await bench.elt(['init', 'shop'])
  const elt = (line: string, more: Parameters<Workbench['elt']>[1] = {}) =>
    bench.elt(line.split(' '), { cwd: 'shop', ...more })
  const read = (path: string) => readFileSync(join(bench.folder, 'shop', path), 'utf8')
  const write = (path: string, text: string) => bench.write(`shop/${path}`, text)
  return { bench, elt, read, write, path: (path: string) => join(bench.folder, 'shop', path) }
}

/** Another process that has the warehouse open. */
async function holdWarehouse(file: string) {
  const script = `import { DuckDBInstance } from '@duckdb/node-api'
await DuckDBInstance.create(process.argv[1])
console.log('open')
setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, file], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return { pid: child.pid, release: () => child.kill('SIGKILL') }
}

/** Text without times, which differ from run to run. */
const timeless = (text: string) => text.replace(/\d[\d.]* (?:ms|s)\b/g, '<time>').replace(/ +<time>/g, ' <time>')

describe('a new project', () => {
  let project: Awaited<ReturnType<typeof shop>>
  let first: Ran
  beforeAll(async () => {
    project = await shop()
    first = await project.elt('build')
  }, 60_000)

  it('builds at once: progress on stderr, the summary on stdout', () => {
    expect(first.code).toBe(0)
    expect(timeless(first.stdout)).toBe(`✓ built 3 models · 14 partitions · 122 rows · 3 assertions: 3 passed · <time>
  next: elt show --select daily_orders
`)
    expect(timeless(first.stderr)).toContain(
      '  ✓ raw_data.orders         7 partitions                           84 rows <time>\n',
    )
    expect(first.stderr.split('\n').filter((line) => line.includes('✓'))).toHaveLength(3)
  })

  it('has nothing to do the second time, in one line, and nothing to plan', async () => {
    const { code, stdout, stderr } = await project.elt('build')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(timeless(stdout)).toBe('✓ nothing to do: 3 models up to date (<time>)\n')
    expect((await project.elt('plan')).stdout).toContain('  nothing to build\n  up to date 3')
  })

  it('keeps the results for machines', async () => {
    await project.elt('run --force -s daily_orders')
    const results = JSON.parse(project.read('target/run_results.json'))
    expect(results).toMatchObject({
      args: { which: 'run', status: 'success' },
      results: [{ unique_id: 'model.shop.daily_orders', status: 'success' }],
    })
    const { stdout } = await project.elt('run --output json')
    expect(JSON.parse(stdout)).toMatchObject({ status: 'success', results: [] })
  })

  it('writes the SQL that it builds', () => {
    expect(project.read('target/compiled/models/analytics/customers.sql')).toContain('from "raw_data"."orders"')
  })

  it('shows the newest partition, another one, and queries', async () => {
    expect((await project.elt('show -s daily_orders')).stdout).toContain('2024-01-07')
    expect((await project.elt('show -s daily_orders --partition 2024-01-03')).stdout).toContain('2024-01-03')
    const query = ['show', '--inline', "select count(*) as n from {{ ref('orders') }} -- all", '--output', 'json']
    const { stdout } = await project.bench.elt(query, { cwd: 'shop' })
    expect(JSON.parse(stdout)).toEqual({ subject: 'the query', rows: [{ n: 84 }], more: false })
  })

  it('limits the rows that it shows, and says that there are more', async () => {
    const { stdout, stderr } = await project.elt('show -s customers --limit 2')
    expect(stdout.trim().split('\n')).toHaveLength(3)
    expect(stderr).toContain('more: --limit 20')
  })

  it('points into an inline query where the engine found a mistake', async () => {
    const query = ['show', '--inline', "select custmer from {{ ref('orders') }}"]
    const { code, stderr } = await project.bench.elt(query, { cwd: 'shop' })
    expect(code).toBe(2)
    expect(stderr).toContain("1 │ select custmer from {{ ref('orders') }}\n  │        ^^^^^^^\n")
    expect(stderr).not.toContain('keeps the rows')
  })

  it('refuses more than one statement', async () => {
    const query = ['show', '--inline', 'select 1; drop table raw_data.orders']
    expect(await project.bench.elt(query, { cwd: 'shop' })).toMatchObject({ code: 2 })
    expect((await project.elt('show -s customers')).code).toBe(0)
  })

  it('asserts what is published', async () => {
    const { code, stdout } = await project.elt('test')
    expect(code).toBe(0)
    expect(timeless(stdout)).toBe('✓ 3 assertions: 3 passed · <time>\n')
    expect((await project.elt('test --output json')).stdout).toContain('"status": "pass"')
  })

  it('rebuilds what a changed file reaches', async () => {
    const extra = `{"order_id": 900, "ordered_at": "2024-01-04T10:00:00Z", "customer": "c1", "country": "KR", "amount": 5}\n`
    project.write('data/orders/2024-01-04.ndjson', project.read('data/orders/2024-01-04.ndjson') + extra)
    const { stdout } = await project.elt('plan')
    expect(stdout).toContain('raw_data.orders          1 partition   2024-01-04   source-changed shop.orders')
    expect(stdout).toContain('analytics.daily_orders   1 partition   2024-01-04   if-changed: reads orders')
    expect((await project.elt('build')).stdout).toContain('✓ built 3 models · 2 partitions')
  })
})

describe('what goes wrong', () => {
  it('names what failed and what waits, shows rows, and ends with 1', async () => {
    const { elt, read, write } = await shop()
    const properties = read('models/raw_data/models.yml')
    write('models/raw_data/models.yml', properties.replace('unique]', '{ accepted_range: { max_value: 80 } }]'))
    const { code, stdout, stderr } = await elt('build')
    expect(code).toBe(1)
    expect(stdout).toContain('  failed   raw_data.orders (1 partition): keeps the rows it had\n')
    expect(stdout).toContain('  waiting  analytics.daily_orders (1 partition): reads what failed\n')
    expect(stderr).toContain('error[assertion-failed]')
    expect(stderr).toContain('            81  2024-01-07')
    expect(stderr).not.toContain('error[blocked]')
    expect(await elt('build')).toMatchObject({ code: 1, stderr: expect.stringContaining('error[still-failing]') })
    write('models/raw_data/models.yml', properties)
    expect(await elt('build')).toMatchObject({ code: 0 })
  })

  it('points at the template for an error of the engine', async () => {
    const { elt, write } = await shop()
    write('models/analytics/broken.sql', "select o.custmer\nfrom {{ ref('orders') }} as o\n")
    const { code, stderr } = await elt('build --no-bind')
    expect(code).toBe(1)
    expect(stderr).toContain('models/analytics/broken.sql:1:8')
  })

  it('finds a mistake in SQL before anything is built, and ends with 2', async () => {
    const { elt, write, path } = await shop()
    write('models/analytics/broken.sql', "select o.custmer\nfrom {{ ref('orders') }} as o\n")
    const { code, stderr } = await elt('build')
    expect(code).toBe(2)
    expect(stderr).toContain('error[sql-error]')
    expect(stderr).toContain('models/analytics/broken.sql:1:8')
    expect(stderr).toContain('nothing was built')
    expect(existsSync(path('target/run_results.json'))).toBe(false)
  })

  it('says who holds the warehouse, and ends with 3', async () => {
    const { elt, path } = await shop()
    await elt('build')
    const child = await holdWarehouse(path('.elt/warehouse.duckdb'))
    try {
      for (const command of ['build', 'plan', 'show -s customers']) {
        const { code, stderr } = await elt(command)
        expect(code).toBe(3)
        expect(stderr).toContain(`process ${child.pid} (node) holds the warehouse .elt/warehouse.duckdb`)
      }
    } finally {
      child.release()
    }
  })

  it('compiles and binds while another process holds the warehouse, which stays as it is', async () => {
    const { elt, write, path } = await shop()
    await elt('build')
    const bytes = () => readFileSync(path('.elt/warehouse.duckdb')).toString('base64')
    const before = bytes()
    write('models/analytics/broken.sql', "select o.custmer\nfrom {{ ref('orders') }} as o\n")
    const child = await holdWarehouse(path('.elt/warehouse.duckdb'))
    try {
      const { code, stderr } = await elt('compile')
      expect(code).toBe(2)
      expect(stderr).toContain('models/analytics/broken.sql:1:8')
      expect(stderr).toContain('compiled without what it knows')
    } finally {
      child.release()
    }
    expect((await elt('compile')).code).toBe(2)
    expect(bytes()).toBe(before)
  })

  it('does not show what was never built, and ends with 3', async () => {
    const { elt, path } = await shop()
    expect(await elt('show -s customers')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('error[warehouse-missing]'),
    })
    expect(existsSync(path('.elt'))).toBe(false)
  })

  it('stops at a signal, ends with its code, and goes on where it stopped', async () => {
    const { elt } = await shop()
    const controller = new AbortController()
    const onProgress = (text: string) => {
      if (text.includes('✓')) controller.abort('SIGTERM')
    }
    const { code, stdout } = await elt('build --threads 1', { signal: controller.signal, onProgress })
    expect(code).toBe(143)
    expect(stdout).toContain('next: elt build --threads 1 (goes on where this one stopped)')
    expect(await elt('build')).toMatchObject({ code: 0, stdout: expect.stringContaining('✓ built 2 models') })
  })

  it('never writes a secret into target/', async () => {
    const { elt, read, write } = await shop()
    write('models/analytics/leak.sql', "select 'sw0rdfish' as a\n")
    await elt('build', { env: { ELT_SECRET_X: 'sw0rdfish' } })
    expect(read('target/compiled/models/analytics/leak.sql')).toBe("select '***' as a\n")
  })
})
