import { expect, test } from 'vitest'
import { type Diagnostic, diagnose, locate, withFrame } from '../diagnostics/index.ts'
import { withoutCiCommands, withoutCiCommandsInJson } from './ci-commands.ts'
import { githubAnnotations } from './github.ts'
import { sarif } from './sarif.ts'

const file = {
  path: 'models/analytics/daily: 1,a.sql',
  text: "select *\nfrom {{ ref('flihgts') }}\nwhere 100 % 2 = 0\n",
}

const found: readonly Diagnostic[] = [
  diagnose('ref-not-found', { name: 'flihgts', nearest: 'flights' }, locate(file, 21, 30)),
  diagnose('not-one-statement', { subject: 'the model', fault: 'never-closed', text: '(' }, locate(file, 0, 40)),
  diagnose('template-log', { text: '100 % of\nthe rows' }, locate(file, 0, 6)),
  diagnose('byte-order-mark', { path: 'project.yml' }),
  diagnose(
    'option-unknown',
    { option: '--selct', command: 'build', similar: '--select', others: [] },
    {
      ...locate(file, 0, 6),
      path: '(command line)',
    },
  ),
]

const hostile: readonly Diagnostic[] = [
  diagnose('template-log', { text: '::set-output name=a::b\n::stop-commands::x\r\n\u001b[2J##vso[task.setvariable]b' }),
  diagnose('template-log', { text: 'x' }, { ...withFrame(locate(file, 0, 6)), path: 'models/a\n::error ::b%0A.sql' }),
]

test('annotations of GitHub Actions', async () => {
  await expect(`${githubAnnotations([...found, ...hostile], 'shop/').join('\n')}\n`).toMatchFileSnapshot(
    'golden/github.txt',
  )
})

test('a SARIF log', async () => {
  const log = sarif([...found, ...hostile], { version: '1.2.3', root: 'shop/', exitCode: 2 })
  await expect(`${JSON.stringify(log, undefined, 2)}\n`).toMatchFileSnapshot('golden/sarif.json')
})

test('an annotation is one line whatever it says', () => {
  for (const line of githubAnnotations(hostile, '')) {
    expect(line.startsWith('::notice ')).toBe(true)
    expect([...line].filter((c) => c < ' ')).toEqual([])
  }
})

test('what looks like a command of a CI system is shown, not sent', () => {
  expect(withoutCiCommands('::set-output name=a::b')).toBe('\\x3a:set-output name=a::b')
  expect(withoutCiCommands('a\n  ::Add-Path::/tmp')).toBe('a\n  \\x3a:Add-Path::/tmp')
  expect(withoutCiCommands('a ##vso[task.setvariable]b ##[error]c ##teamcity[d]')).toBe(
    'a \\x23#vso[task.setvariable]b \\x23#[error]c \\x23#teamcity[d]',
  )
})

test('ordinary text and SQL stay as they are', () => {
  for (const text of ['select 1\n  ::date as day', 'a ::set-output', '## heading [1]', 'x::error']) {
    expect(withoutCiCommands(text)).toBe(text)
  }
})

test('JSON keeps its meaning', () => {
  const value = { a: '##vso[x]y ##[z]', b: '::set-output', c: '\u009b31m \u202e', d: ['::error::x'] }
  const json = withoutCiCommandsInJson(JSON.stringify(value, undefined, 2))
  expect(JSON.parse(json)).toEqual(value)
  expect(json).not.toMatch(/##|\u009b|\u202e|^\s*::/m)
})
