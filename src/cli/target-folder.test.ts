import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Failure } from '../diagnostics/index.ts'
import type { Output } from './output.ts'
import { secretsOf } from './secrets.ts'
import { writeTargetFile, writeTargetPieces } from './target-folder.ts'

const output = { secrets: secretsOf({ ELT_SECRET_A: 'swordfish' }) } as Output

let folder = ''
let project = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'elt-target-'))
  project = join(folder, 'project')
  mkdirSync(join(project, 'target'), { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const target = (name: string) => join(project, 'target', name)
const text = (name: string) => readFileSync(target(name), 'utf8')

describe('a file of target/', () => {
  it('is written nowhere else, whatever links a pull request brings', () => {
    const outside = join(folder, 'outside')
    writeFileSync(outside, 'untouched')
    for (const name of ['a.json', 'a.json.tmp', `a.json.${process.pid}.tmp`]) symlinkSync(outside, target(name))
    writeTargetFile(output, project, 'a.json', 'whole')
    writeTargetPieces(output, project, 'a.json', ['wh', 'ole again'])
    expect(readFileSync(outside, 'utf8')).toBe('untouched')
    expect(text('a.json')).toBe('whole again')
  })

  it('is whole when two commands write it at once', () => {
    const other = function* () {
      yield 'one, '
      // Another process begins and ends meanwhile, with a number of its own.
      const { pid } = process
      Object.defineProperty(process, 'pid', { value: pid + 1, configurable: true })
      writeTargetPieces(output, project, 'a.json', ['the other'])
      Object.defineProperty(process, 'pid', { value: pid, configurable: true })
      expect(text('a.json')).toBe('the other')
      yield 'two'
    }
    writeTargetPieces(output, project, 'a.json', other())
    expect(text('a.json')).toBe('one, two')
    expect(readdirSync(join(project, 'target'))).toEqual(['a.json'])
  })

  it('stays as it was when writing fails', () => {
    writeTargetFile(output, project, 'a.json', 'before')
    const failing = function* () {
      yield 'half'
      throw new Error('no space')
    }
    expect(() => writeTargetPieces(output, project, 'a.json', failing())).toThrow(Failure)
    expect(text('a.json')).toBe('before')
    expect(readdirSync(join(project, 'target'))).toEqual(['a.json'])
  })

  it('holds no secret, wherever pieces of a megabyte end', () => {
    const pieces = [`${'x'.repeat(999_990)} swordfish`, ' swordfish', 'end']
    writeTargetPieces(output, project, 'a.json', pieces)
    expect(text('a.json')).not.toContain('swordfish')
  })
})
