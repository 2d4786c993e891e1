import { describe, expect, it } from 'vitest'
import { diagnose } from '../diagnostics/index.ts'
import type { Io } from './io.ts'
import { outputOf } from './output.ts'

function stage(
  env: Io['env'],
  isTerminal: boolean,
  options: Parameters<typeof outputOf>[1] = { form: 'text', noColor: false },
) {
  const written = { stdout: '', stderr: '' }
  const stream = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text
    },
    isTerminal,
    columns: 80,
  })
  const io: Io = {
    cwd: '/',
    env,
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    now: () => 0,
    signal: new AbortController().signal,
  }
  return { output: outputOf(io, options), written }
}

const isColored = (env: Io['env'], isTerminal: boolean, noColor = false) =>
  stage(env, isTerminal, { form: 'text', noColor }).output.theme.good('x') !== 'x'

describe('colours', () => {
  it.each([
    ['a terminal', {}, true, true],
    ['a pipe', {}, false, false],
    ['NO_COLOR', { NO_COLOR: '1' }, true, false],
    ['FORCE_COLOR into a pipe', { FORCE_COLOR: '1' }, false, true],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, true, false],
    ['NO_COLOR wins', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    ['CI', { CI: 'true' }, true, false],
    ['a dumb terminal', { TERM: 'dumb' }, true, false],
  ])('%s', (_, env, isTerminal, expected) => {
    expect(isColored(env, isTerminal)).toBe(expected)
  })

  it('--no-color', () => expect(isColored({ FORCE_COLOR: '1' }, true, true)).toBe(false))
})

describe('what is written', () => {
  it('leaves without secrets, on both streams and as JSON', () => {
    const { output, written } = stage({ ELT_SECRET_KEY: 'swordfish' }, false)
    output.answer('a swordfish')
    output.answerJson({ a: 'swordfish' })
    output.progress.write('swordfish')
    output.report([diagnose('bug', { detail: 'swordfish' })])
    expect(JSON.stringify(written)).not.toContain('swordfish')
  })

  it('hides secrets that are learnt later', () => {
    const { output, written } = stage({}, false)
    output.secrets.add('swordfish')
    output.answer('swordfish')
    expect(written.stdout).toBe('***\n')
  })

  it('has JSON for what JSON lacks', () => {
    const { output, written } = stage({}, false)
    output.answerJson({ big: 2n ** 60n, map: new Map([['a', 1]]) })
    expect(JSON.parse(written.stdout)).toEqual({ big: '1152921504606846976', map: [['a', 1]] })
  })
})
