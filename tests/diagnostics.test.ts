import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Definition, registry } from '../src/diagnostics/index.ts'

/** What is promised of every code: a permanent name, a page, and a message that somebody has read and agreed to. */

const source = resolve(import.meta.dirname, '../src')
const pages: Readonly<Record<string, Pick<Definition<never>, 'severity' | 'explain'>>> = registry

/** Tests that hold whole rendered messages in themselves instead of in a golden file. */
const inlineGoldens = ['diagnostics/codes/adapter.test.ts', 'planner/diagnostics.test.ts']

function goldenTexts(): string[] {
  const golden = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /golden\/[^/]+\.txt$/.test(path),
  )
  return [...golden, ...inlineGoldens].map((path) => readFileSync(join(source, path), 'utf8'))
}

describe('every code', () => {
  it('stands in a golden file as it is told', () => {
    const told = goldenTexts().flatMap((text) =>
      [...text.matchAll(/(error|warning|note)\[([a-z\d-]+)\]: \S/g)].map(([, severity, code]) => `${severity} ${code}`),
    )
    const expected = Object.entries(pages).map(([code, { severity }]) => `${severity} ${code}`)
    expect(expected.filter((code) => !told.includes(code))).toEqual([])
    expect([...new Set(told)].filter((code) => !expected.includes(code))).toEqual([])
  })

  it('is kebab-case', () => {
    expect(Object.keys(pages).filter((code) => !/^[a-z]+(-[a-z\d]+)*$/.test(code))).toEqual([])
  })

  it('has a page of at least one whole sentence', () => {
    const short = Object.entries(pages).filter(([, { explain }]) => !/^\S[\s\S]{40,}[.)]$/.test(explain))
    expect(short.map(([code]) => code)).toEqual([])
  })

  it('has its place in docs/errors.md', () => {
    const script = resolve(source, '../scripts/error-pages.mjs')
    const { status, stdout } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
  })
})
