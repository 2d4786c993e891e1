import { describe, expect, it } from 'vitest'
import { secretOptions, secretsInText, secretsOf, secretVars } from './secrets.ts'

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

  it('masks them in base64, wherever they begin in it', () => {
    const { mask } = secretsOf({ ELT_SECRET_A: 'swordfish-7' })
    for (const before of ['', 'u', 'us', 'user:']) {
      const text = Buffer.from(`${before}swordfish-7 and more`).toString('base64')
      expect(mask(text)).toMatch(/^.{0,8}\*\*\*/)
      expect(Buffer.from(mask(text).split('***')[0] ?? '', 'base64').toString()).not.toContain('swo')
    }
  })

  it('masks them as parts of names', () => {
    const { mask } = secretsOf({ ELT_SECRET_A: 'sword-fish-7!', ELT_SECRET_B: 'a-b-c' })
    expect(mask('accepted_values_x_sword_fish_7.81782a')).toBe('accepted_values_x_***.81782a')
    expect(mask('sum of a_b_c')).toBe('sum of a_b_c')
  })

  it('masks the lines of a key, and quotes doubled for SQL', () => {
    const { mask } = secretsOf({
      ELT_SECRET_A: '-----BEGIN-----\nMIIBVgIBADANBg\n-----END-----',
      ELT_SECRET_B: "it's me",
    })
    expect(mask("line 2: MIIBVgIBADANBg; 'it''s me'")).toBe("line 2: ***; '***'")
  })

  it('finds secrets in project.yml that is no YAML yet', () => {
    const text = `targets:
  a: { type: x, password: 'one, two', token_limit: 5000, url: "pg://u:three%24@h/d" }
  b:
    api_key: four
    secret: { schema: secret }
    host: "{{ env_var('DB_PASSWORD') }}"
    password: "{{ env_var("NAME") }}"
   x: [`
    expect(secretsInText(text, { DB_PASSWORD: 'five', NAME: 'six', OTHER: 'seven' })).toEqual([
      'one, two',
      'four',
      'three%24',
      'three$',
      'five',
      'six',
    ])
  })

  it('reads any project.yml soon', () => {
    const many = 100_000
    const texts = [
      'a'.repeat(many),
      `x://${':'.repeat(many)}`,
      ' '.repeat(many),
      `a${' '.repeat(many)}b`,
      '{{'.repeat(many),
    ]
    const before = process.cpuUsage()
    for (const text of texts) secretsInText(text, {})
    secretOptions({ url: `x://${':'.repeat(many)}` })
    expect(process.cpuUsage(before).user).toBeLessThan(3_000_000)
  })

  it('finds secrets among vars by their names', () => {
    expect(secretVars({ api_token: 'abcdef', token_limit: 5000, country: 'KR' })).toEqual(['abcdef'])
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
