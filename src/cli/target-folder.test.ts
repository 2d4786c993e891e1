import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Output } from './output.ts'
import { secretsOf } from './secrets.ts'
import { writeTargetFile, writeTargetPieces } from './target-folder.ts'

const output = { secrets: secretsOf({ ELT_SECRET_KEY: 'hunter22' }) } as Output

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'elt-target-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const read = (name: string): string => readFileSync(join(directory, 'target', name), 'utf8')

describe('writeTargetPieces', () => {
  it('writes as one file what comes in pieces, however long, without secrets', () => {
    const pieces = ['{', 'é'.repeat(600_000), 'key hunter22', 'é'.repeat(600_000), '}']
    expect(writeTargetPieces(output, directory, 'a/long.json', pieces)).toBe('target/a/long.json')
    expect(read('a/long.json')).toBe(pieces.join('').replace('hunter22', '***'))
  })

  it('leaves the file that is there when the pieces end with an error', () => {
    writeTargetFile(output, directory, 'x.json', 'before')
    function* broken(): Iterable<string> {
      yield 'half'
      throw new Error('no more')
    }
    expect(() => writeTargetPieces(output, directory, 'x.json', broken())).toThrow('no more')
    expect(read('x.json')).toBe('before')
    expect(readdirSync(join(directory, 'target'))).toEqual(['x.json'])
  })
})
