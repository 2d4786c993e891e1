import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { aliases, argumentForms, catalogue, settingHelp } from '../src/assertions/reference.ts'

describe('docs/assertions.md', () => {
  it('says what the catalogue says', () => {
    const script = resolve(import.meta.dirname, '../scripts/assertion-page.mjs')
    const { status, stdout } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
  })

  it('has words for everything of every check', () => {
    const silent = [...catalogue].filter(
      ([, { summary, nulls, empty, example, arguments: given }]) =>
        !/\S{2}.*\.$/.test(summary) ||
        [nulls, empty, example, ...Object.values(given).map(({ help }) => help)].some((text) => text.trim() === ''),
    )
    expect(silent.map(([name]) => name)).toEqual([])
  })

  it('has words for every setting and every form of an argument', () => {
    expect(
      [...Object.values(settingHelp), ...Object.values(argumentForms)].filter((text) => text.trim() === ''),
    ).toEqual([])
  })

  it('leads every name of another tool to a check', () => {
    expect([...aliases].filter(([, { type }]) => !catalogue.has(type))).toEqual([])
  })
})
