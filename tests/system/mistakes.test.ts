import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Workbench, workbench } from '../../src/cli/testing.ts'

/**
 * Makes ten mistakes in a new project and keeps docs/mistakes.md, which shows what `elt` prints for each. When a message has
 * changed on purpose: `npx vitest run --project system tests/system/mistakes.test.ts -u`.
 */

interface Mistake {
  readonly title: string
  /** What happened, for the page. */
  readonly says: string
  readonly file: string
  /** The text that stands there; absent: the new text is added at the end. */
  readonly instead?: string
  readonly text: string
  readonly command: string
  readonly code: string
}

const daily = 'models/analytics/daily_orders.sql'
const orders = 'models/raw_data/orders.sql'

const mistakes: readonly Mistake[] = [
  {
    title: 'A misspelt model',
    says: 'The nearest name is in the help, and the place is that of the name in the template.',
    file: 'models/analytics/customers.sql',
    instead: "{{ ref('orders') }}",
    text: "{{ ref('order') }}",
    command: 'elt build',
    code: 'ref-not-found',
  },
  {
    title: 'A misspelt column',
    says: 'The engine finds it before anything is built. `elt` points at the place in the template that became the SQL at fault.',
    file: daily,
    instead: 'sum(o.amount) as amount',
    text: 'sum(o.amuont) as amount',
    command: 'elt build',
    code: 'sql-error',
  },
  {
    title: 'A forgotten filter',
    says: 'Without `partition_filter` every day would be built from all days, and a late row would reopen all of them.',
    file: daily,
    instead: "where {{ partition_filter('orders', alias='o') }}\n",
    text: '',
    command: 'elt build',
    code: 'full-scan',
  },
  {
    title: 'The days of another zone',
    says: 'The project has the days of Seoul, and a cast of an instant gives the days of UTC. The rows that lie elsewhere are shown, and nothing is published.',
    file: orders,
    instead: "{{ local_date('o.ordered_at') }} as order_date",
    text: 'o.ordered_at::date as order_date',
    command: 'elt build --select orders --rebuild older-code',
    code: 'stray-rows',
  },
  {
    title: 'A layer that reads what is not its own',
    says: 'Analysts read what `raw_data` offers, never the files behind it.',
    file: 'models/analytics/customers.sql',
    instead: "{{ ref('orders') }}",
    text: "{{ source('shop', 'orders') }}",
    command: 'elt build',
    code: 'layer-violation',
  },
  {
    title: 'A misspelt key',
    says: 'An ignored key would mean an assertion that never runs.',
    file: 'models/raw_data/models.yml',
    instead: 'data_tests: [not_null] }',
    text: 'data_test: [not_null] }',
    command: 'elt build',
    code: 'unknown-key',
  },
  {
    title: 'A template without quotes in YAML',
    says: 'YAML reads two braces as a mapping in a mapping.',
    file: 'project.yml',
    instead: 'path: .elt/warehouse.duckdb',
    text: "path: {{ env_var('WAREHOUSE') }}",
    command: 'elt build',
    code: 'yaml-key',
  },
  {
    title: 'Data that must not be',
    says: 'An order without a price arrives. The day keeps the rows it had, and the command exits 1; the other days are not held up.',
    file: 'data/orders/2024-01-03.ndjson',
    text: '{"order_id": 901, "ordered_at": "2024-01-03T10:00:00Z", "customer": "c1", "country": "KR", "amount": null}\n',
    command: 'elt build',
    code: 'assertion-failed',
  },
  {
    title: 'A copy with the name of the new model',
    says: 'Everything was replaced, also what should be read. A circle over several models is told with every read of it.',
    file: 'models/analytics/customers.sql',
    instead: "{{ ref('orders') }}",
    text: "{{ ref('customers') }}",
    command: 'elt build',
    code: 'self-read',
  },
  {
    title: 'A word too few on the command line',
    says: 'The whole project is not built because of a forgotten `--select`.',
    file: 'README.md',
    text: '',
    command: 'elt build daily_orders',
    code: 'argument-unexpected',
  },
]

let bench: Workbench
beforeAll(async () => {
  bench = workbench()
  await bench.elt(['init', 'sound', '--name', 'shop', '--time-zone', 'Asia/Seoul'])
  const { code, stderr } = await bench.elt(['build'], { cwd: 'sound' })
  expect(code, stderr).toBe(0)
})
afterAll(() => bench.remove())

const fenced = (language: string, text: string) => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``

/** Makes the mistake; gives what is changed, as a person would tell it. */
function make({ file, instead, text }: Mistake, folder: string): string {
  const path = join(folder, file)
  const before = readFileSync(path, 'utf8')
  expect(before).toContain(instead ?? '')
  const after = instead === undefined ? `${before}${text}` : before.replace(instead, text)
  if (after === before) return ''
  writeFileSync(path, after)
  const [old, now] = [before.split('\n'), after.split('\n')]
  const lines = [
    ...old.filter((line) => !now.includes(line)).map((line) => `- ${line}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line}`),
  ]
  return `In \`${file}\`:\n\n${fenced('diff', lines.join('\n'))}\n\n`
}

describe('ten mistakes', () => {
  const sections: string[] = []

  it.each(mistakes.map((mistake, i) => [mistake.title, i + 1, mistake] as const))(
    '%s',
    async (title, number, mistake) => {
      const folder = `mistake-${number}`
      cpSync(join(bench.folder, 'sound'), join(bench.folder, folder), { recursive: true, preserveTimestamps: true })
      const change = make(mistake, join(bench.folder, folder))
      const { code, stderr } = await bench.elt(mistake.command.split(' ').slice(1), { cwd: folder })
      const errors = stderr.split('\n\n').filter((block) => block.trim().startsWith('error['))
      expect(errors.map((block) => /error\[(.*?)\]/.exec(block)?.[1])).toEqual([mistake.code])
      expect(code).toBe(['engine-error', 'stray-rows', 'assertion-failed'].includes(mistake.code) ? 1 : 2)
      const shown = errors.map((block) => block.replace(/^\n+/, '')).join('\n\n')
      sections.push(
        `## ${number}. ${title}\n\n${mistake.says}\n\n${change}${fenced('text', `$ ${mistake.command}\n\n${shown}`)}\n`,
      )
    },
  )

  it('stand in docs/mistakes.md as they are told', async () => {
    const intro = `# Ten mistakes

<!-- Written by tests/system/mistakes.test.ts, which makes each of them. -->

What \`elt\` prints for mistakes that everybody makes, made in the project of \`elt init shop --time-zone Asia/Seoul\` after a first
\`elt build\`. Every error says what is wrong, where, often why, what was not changed and what to do; \`elt explain <code>\` tells
more, and [errors](errors.md) lists all of them.
`
    await expect([intro, ...sections].join('\n')).toMatchFileSnapshot('../../docs/mistakes.md')
  })
})
