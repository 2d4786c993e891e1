import { describe, expect, it } from 'vitest'
import { renderDiagnostic } from '../diagnostics/index.ts'
import { parseArguments } from './arguments.ts'

const words = (text: string) => text.split(' ').filter(Boolean)
const read = (text: string) => parseArguments(words(text)).value
const problems = (text: string) => parseArguments(words(text)).diagnostics.map((d) => renderDiagnostic(d))
const codes = (text: string) => parseArguments(words(text)).diagnostics.map((d) => d.code)

describe('reading the command line', () => {
  it('takes long and short options, with spaces or equals signs', () => {
    expect(read('run -s analytics+ flights -x adhoc --threads=4 -t prod --force')).toMatchObject({
      command: 'run',
      words: [],
      options: { select: ['analytics+', 'flights'], exclude: ['adhoc'], threads: 4, target: 'prod', force: true },
    })
  })

  it('adds up lists that are given several times', () => {
    expect(read('build --select a --select b')?.options.select).toEqual(['a', 'b'])
  })

  it('keeps numbers, dates and dotted names as they are written', () => {
    const options = read('run --partition 2013 --from 2013-01-01 -s raw_data.flights tag:loaded 007')?.options
    expect(options).toMatchObject({
      partition: '2013',
      from: '2013-01-01',
      select: ['raw_data.flights', 'tag:loaded', '007'],
    })
  })

  it('takes options before the command', () => {
    expect(read('--target local plan')).toMatchObject({ command: 'plan', options: { target: 'local' } })
  })

  it('hands an argument to the commands that take one', () => {
    expect(read('explain full-scan')).toMatchObject({ command: 'explain', words: ['full-scan'] })
  })

  it('is not confused by names of the language itself', () => {
    expect(codes('run --__proto__ x')).not.toEqual([])
    expect(codes('run --constructor x')).toEqual(['option-unknown'])
    expect(codes('constructor')).toEqual(['command-unknown'])
  })
})

describe('mistakes on the command line', () => {
  it('names the nearest command', () => {
    expect(problems('biuld --force')).toEqual([
      [
        'error[command-unknown]: elt has no command `biuld`',
        '  ╭─ (command line):1:5',
        '1 │ elt biuld --force',
        '  │     ^^^^^ not a command',
        '  ╰─',
        'help: a command with a similar name exists: `elt build`',
      ].join('\n'),
    ])
  })

  it('knows what other tools call a command', () => {
    expect(problems('list')[0]).toContain('`elt ls`')
  })

  it('names the nearest option of the command', () => {
    expect(problems('run --selct analytics+')).toEqual([
      [
        'error[option-unknown]: `elt run` has no option `--selct`',
        '  ╭─ (command line):1:9',
        '1 │ elt run --selct analytics+',
        '  │         ^^^^^^^ not an option of this command',
        '  ╰─',
        'help: an option with a similar name exists: `--select`',
      ].join('\n'),
    ])
  })

  it('says which commands take an option that this one does not', () => {
    expect(problems('ls --force')[0]).toContain('help: it is an option of `elt build`, `elt run`, `elt plan`')
  })

  it('tells all mistakes at once', () => {
    expect(codes('run --selct a --threads none --output xml')).toEqual([
      'option-unknown',
      'option-value-invalid',
      'option-value-invalid',
    ])
  })

  it.each([
    ['run --from', 'option-value-missing'],
    ['run --from --to 2013-01-01', 'option-value-missing'],
    ['run --select', 'option-value-missing'],
    ['run --select ', 'option-value-missing'],
    ['run --select=', 'option-value-missing'],
    ['run --threads 0', 'option-value-invalid'],
    ['run --threads 1.5', 'option-value-invalid'],
    ['run --force=yes', 'option-value-unwanted'],
    ['run --force false', 'option-value-unwanted'],
    ['run --target a --target b', 'option-repeated'],
    ['run --rebuild everything', 'option-value-invalid'],
    ['run --offline', 'option-later'],
    ['diff', 'command-later'],
    ['run -q', 'option-unknown'],
    ['run -sfoo', 'option-unknown'],
    ['build flights', 'argument-unexpected'],
    ['explain a b c', 'argument-unexpected'],
  ])('%s: %s', (line, code) => {
    expect(codes(line)).toEqual([code])
  })

  it.each([
    ['deps', 'packages are folders'],
    ['retry', 'elt build builds what is missing'],
    ['run-operation grant', 'hook'],
    ['snapshot', 'not part of this version'],
    ['run -m orders', '`--select`'],
    ['run --models orders', '`--select`'],
    ['run --profiles-dir .', 'targets:'],
    ['test --store-failures', 'target/failing'],
  ])('tells who comes from dbt what to do instead of %s', (line, told) => {
    expect(problems(line)[0]).toContain(told)
  })

  it('proposes --select for a word that stands alone', () => {
    expect(problems('build analytics+')[0]).toContain('help: select models with: elt build --select analytics+')
  })

  it('moves a command to the front that a list has swallowed', () => {
    expect(problems('-s analytics+ build')[0]).toContain('help: write the command first: elt build -s analytics+')
  })
})
