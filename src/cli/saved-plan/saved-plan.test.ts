import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { describePostgres, freshDatabase } from '../../../tests/engines/index.ts'
import type { Plan } from '../../planner/index.ts'
import { type Workbench, workbench } from '../testing.ts'
import { placeInJson } from './json-place.ts'
import { planSchema } from './schema.ts'

const benches: Workbench[] = []
afterAll(() => {
  for (const bench of benches) bench.remove()
})

/** A new project of `elt init`, with a plan of it saved as `plan.json`; in a database, where an address is given. */
async function shop(url?: string) {
  const bench = workbench()
  benches.push(bench)
  await bench.elt(['init', 'shop'])
  const elt = (line: string) => bench.elt(line.split(' '), { cwd: 'shop' })
  const read = (path: string) => readFileSync(join(bench.folder, 'shop', path), 'utf8')
  const write = (path: string, text: string) => bench.write(`shop/${path}`, text)
  const save = async (line = 'plan --output json'): Promise<Plan> => {
    const { stdout } = await elt(line)
    write('plan.json', stdout)
    return JSON.parse(stdout)
  }
  const edit = (path: string, from: string, to: string) => write(path, read(path).replace(from, to))
  const engine = /type: duckdb\n +path: .*/.exec(read('project.yml'))?.[0] ?? ''
  if (url) edit('project.yml', engine, `type: postgres\n    url: ${JSON.stringify(url)}`)
  return { elt, read, write, edit, save }
}

type Shop = Awaited<ReturnType<typeof shop>>

/** What touches the warehouse, wherever it lies. */
function runAndRefuse(open: () => Promise<Shop>): void {
  it('builds exactly what it says, and nothing of what came since', async () => {
    const { elt, write, save } = await open()
    const plan = await save('plan --output json --select orders --to 2024-01-04')
    expect(planSchema.parse(plan)).toEqual(plan)
    write('models/analytics/later.sql', 'select 1 as one')
    const { code, stdout } = await elt('run --plan plan.json --output json')
    expect(code).toBe(0)
    const built = JSON.parse(stdout).results as { unique_id: string }[]
    const models = built.filter(({ unique_id: id }) => id.startsWith('model.'))
    expect(new Set(models.map(({ unique_id: id }) => id))).toEqual(new Set(['model.shop.orders']))
    const left = (await elt('plan --select orders')).stdout
    expect(left).toContain('2024-01-04')
    expect(left).not.toContain('2024-01-03')
  })

  it('reads the files that it lists, and no others', async () => {
    const { elt, read, write, save } = await open()
    await elt('build')
    const [path = ''] =
      (await save('plan --output json --force --select orders --yes')).sources[0]?.files.map((f) => f.path) ?? []
    const more = path.replace(/([^/]+)\.(\w+)$/, '$1-late.$2')
    write(more, read(path))
    const { code, stdout } = await elt('run --plan plan.json --output json')
    expect(code).toBe(0)
    expect(stdout).not.toContain('"changed":1')
  })

  it('asserts published tables with build', async () => {
    const { elt, save } = await open()
    await save()
    const { code, stdout } = await elt('build --plan plan.json')
    expect(code).toBe(0)
    expect(stdout).toContain('3 passed')
    expect((await elt('build')).stdout).toContain('nothing to do')
  })

  it('is refused, and nothing is built, when it was run, or rows that it reads moved otherwise', async () => {
    const { elt, save } = await open()
    await save()
    expect((await elt('run --plan plan.json')).code).toBe(0)
    const { code, stderr } = await elt('run --plan plan.json')
    expect(code).toBe(2)
    expect(stderr).toContain('error[plan-stale]: plan.json is no longer true: the rows of `raw_data.orders` changed')
    expect(stderr).toContain('help: make a new one, with the options of the first: elt plan --output json > plan.json')
  })

  it('is refused, and nothing is built, when code moved', async () => {
    const { elt, edit, save } = await open()
    await save()
    edit('models/analytics/customers.sql', 'select', 'select 1 as one,')
    const { code, stderr } = await elt('run --plan plan.json')
    expect(code).toBe(2)
    expect(stderr).toContain('plan.json is no longer true: the code of `analytics.customers` changed')
    expect((await elt('plan')).stdout).toContain('never-built')
  })

  it('is refused, and nothing is built, when a model is gone', async () => {
    const { elt, write, save } = await open()
    write('models/analytics/later.sql', 'select 1 as one')
    const plan = await save()
    write('models/analytics/later.sql', '{{ config(enabled=false) }}select 1 as one')
    expect(plan.models).toContain('analytics.later')
    expect((await elt('run --plan plan.json')).stderr).toContain('`analytics.later` is no longer a model')
  })
}

describe('a saved plan (duckdb)', () => runAndRefuse(() => shop()))

describePostgres('a saved plan', (server) => {
  const drops: (() => Promise<void>)[] = []
  afterAll(async () => {
    for (const drop of drops) await drop()
  })
  runAndRefuse(async () => {
    const database = await freshDatabase(server, 'contrary')
    drops.push(database.drop)
    return shop(database.url)
  })
})

describe('a saved plan is refused, and nothing is built,', () => {
  it('when it is of another project or target', async () => {
    const { elt, write, save } = await shop()
    const plan = await save()
    write('plan.json', JSON.stringify({ ...plan, target: 'prod' }))
    expect((await elt('run --plan plan.json')).stderr).toContain(
      'error[plan-foreign]: plan.json is a plan of the target prod, and this is the target local',
    )
    write('plan.json', JSON.stringify({ ...plan, project: 'other' }))
    expect((await elt('run --plan plan.json')).stderr).toContain('is a plan of the project other')
  })

  it('when it is malformed, with the place', async () => {
    const { elt, read, write, save } = await shop()
    await save()
    const whole = read('plan.json')
    const refusal = async (text: string) => {
      write('plan.json', text)
      const { code, stderr } = await elt('run --plan plan.json')
      expect(code).toBe(2)
      return stderr
    }
    const line = whole.split('\n').findIndex((text) => text.includes('"timeZone"')) + 1
    expect(await refusal(whole.replace(/"timeZone": ".*"/, '"timeZone": 9'))).toMatch(
      new RegExp(`plan-malformed.*timeZone.*expected string[^]*plan\\.json:${line}:`),
    )
    expect(await refusal(whole.slice(0, 200))).toContain('plan.json is no plan: it is no JSON')
    expect(await refusal('')).toContain('it is empty')
    expect(await refusal(whole.replace('"version": 1', '"version": 2'))).toContain('`version`')
    expect(await refusal(whole.replace('"data/', '"../data/'))).toContain('a path inside the project')
    expect(await refusal(whole.replace('"waitsFor": []', '"waitsFor": ["nobody"]'))).toContain('no batch of this name')
  })

  it('when the command says besides what is to be built', async () => {
    const { elt, save } = await shop()
    await save()
    expect((await elt('run --plan plan.json --force')).stderr).toContain('`--plan` and `--force`')
    expect((await elt('run --plan nowhere.json')).stderr).toContain('error[file-unreadable]')
  })
})

describe('the place of a value in JSON', () => {
  it('is where the value stands, whatever stands around it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), fc.boolean(), (value, salt, isSpread) => {
        const text = JSON.stringify(
          { before: [1, '}"', { a: '\\"' }], value: [value, salt] },
          undefined,
          isSpread ? 2 : 0,
        )
        const walk = (item: unknown, path: (string | number)[]): void => {
          const { start, end } = placeInJson(text, path)
          expect(JSON.parse(text.slice(start, end))).toEqual(JSON.parse(JSON.stringify(item)))
          if (typeof item !== 'object' || item === null) return
          for (const [key, inner] of Object.entries(item))
            walk(inner, [...path, Array.isArray(item) ? Number(key) : key])
        }
        walk([value, salt], ['value'])
      }),
      { numRuns: 100 },
    )
  })

  it('of something that is not there is that of what it should stand in', () => {
    const text = '{"a": {"b": 1}}'
    expect(placeInJson(text, ['a', 'c'])).toEqual({ start: 6, end: 14 })
    expect(placeInJson(text, [])).toEqual({ start: 0, end: 15 })
  })
})
