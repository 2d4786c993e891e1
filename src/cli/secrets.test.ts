import { describe, expect, it } from 'vitest'
import { secretOptions, secretsOf } from './secrets.ts'

describe('masking secrets', () => {
  it('masks values of ELT_SECRET_ variables wherever they stand, the longest first', () => {
    const { mask } = secretsOf({ ELT_SECRET_A: 'hunter2', ELT_SECRET_B: 'hunter2-long', OTHER: 'shown' })
    expect(mask('x hunter2-long, hunter2 and shown')).toBe('x ***, *** and shown')
  })

  it('masks them escaped in JSON and in URLs', () => {
    const { mask } = secretsOf({ ELT_SECRET_A: 'p"ss/word' })
    expect(mask(JSON.stringify({ a: 'p"ss/word' }))).toBe('{"a":"***"}')
    expect(mask('postgres://u:p%22ss%2Fword@h/d')).toBe('postgres://u:***@h/d')
  })

  it('leaves short values alone, which would blank out ordinary text', () => {
    expect(secretsOf({ ELT_SECRET_A: '1' }).mask('10 rows')).toBe('10 rows')
  })

  it('finds the secret parts of a target', () => {
    const found = secretOptions({
      host: 'db',
      password: 'swordfish',
      url: 'postgres://user:pa%24%24@host/db?sslpassword=cert&x=1',
      nested: { api_key: 12345678 },
    })
    expect(found).toEqual(['swordfish', 'pa%24%24', 'pa$$', 'cert', 'cert', '12345678'])
  })
})
