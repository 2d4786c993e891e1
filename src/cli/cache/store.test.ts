import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openCache } from './cache.ts'
import { openStore } from './store.ts'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'elt-store-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const cache = (more: Partial<Parameters<typeof openCache>[0]> = {}) =>
  openCache({ directory, secret: 'of this user', build: 'one', mask: (text) => text, ...more })
const file = () => join(directory, 'target/cache/things.store')

describe('a store', () => {
  it('gives later commands what was saved', () => {
    const first = openStore(cache(), 'things')
    first.set('a', { text: 'é — 한', list: [1, null, true] })
    first.set('b', 'plain')
    expect(openStore(cache(), 'things').get('a')).toBeUndefined()
    first.save()
    const second = openStore(cache(), 'things')
    expect(second.get('a')).toEqual({ text: 'é — 한', list: [1, null, true] })
    expect(second.get('b')).toBe('plain')
    expect(second.get('c')).toBeUndefined()
  })

  it('believes nothing of another user, another build, another store, nor a file that was touched', () => {
    const store = openStore(cache(), 'things')
    store.set('a', 'genuine')
    store.save()
    expect(openStore(cache({ secret: 'of another user' }), 'things').get('a')).toBeUndefined()
    expect(openStore(cache({ build: 'two' }), 'things').get('a')).toBeUndefined()
    writeFileSync(join(directory, 'target/cache/others.store'), readFileSync(file()))
    expect(openStore(cache(), 'others').get('a')).toBeUndefined()
    for (const [from, to] of [
      ['genuine', 'forgedX'],
      ['["a"', '["b"'],
    ] as const) {
      const text = readFileSync(file(), 'utf8')
      writeFileSync(file(), text.replace(from, to))
      expect(openStore(cache(), 'things').get('a')).toBeUndefined()
      writeFileSync(file(), text)
    }
    writeFileSync(file(), readFileSync(file(), 'utf8').slice(0, -3))
    expect(openStore(cache(), 'things').get('a')).toBeUndefined()
  })

  it('keeps no value that holds a secret', () => {
    const careful = cache({ mask: (text) => text.replaceAll('hunter22', '***') })
    const store = openStore(careful, 'things')
    store.set('a', { url: 'postgres://me:hunter22@host' })
    store.set('b', 'harmless')
    store.save()
    expect(readFileSync(file(), 'utf8')).not.toContain('hunter22')
    expect(openStore(careful, 'things').get('a')).toBeUndefined()
    expect(openStore(careful, 'things').get('b')).toBe('harmless')
  })

  it('lets go of what was not asked for, above its limit', () => {
    const first = openStore(cache(), 'things', 100)
    for (const key of ['a', 'b', 'c']) first.set(key, 'x'.repeat(40))
    first.save()
    const second = openStore(cache(), 'things', 100)
    expect(second.get('c')).toBeDefined()
    second.set('d', 'x'.repeat(40))
    second.save()
    const third = openStore(cache(), 'things', 100)
    expect(['a', 'b', 'c', 'd'].map((key) => third.get(key) !== undefined)).toEqual([false, false, true, true])
  })

  it('is no reason to fail where nothing can be written', () => {
    writeFileSync(join(directory, 'target'), 'a file in the way')
    const store = openStore(cache(), 'things')
    store.set('a', 1)
    expect(() => store.save()).not.toThrow()
    expect(openStore(cache(), 'things').get('a')).toBeUndefined()
  })
})
