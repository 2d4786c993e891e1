import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { limits, readProjectFiles } from './project-files.ts'

let directory = ''

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'elt-files-')))
})
afterEach(() => rmSync(directory, { recursive: true }))

function write(path: string, contents: string | Uint8Array = ''): void {
  mkdirSync(dirname(join(directory, path)), { recursive: true })
  writeFileSync(join(directory, path), contents)
}

const paths = () => readProjectFiles(directory).files.map((file) => file.path)
const found = () => readProjectFiles(directory).diagnostics

describe('reading the files of a project', () => {
  it('reads project.yml and the SQL and YAML of its folders, sorted, and nothing else', () => {
    for (const path of [
      'project.yml',
      'models/b/two.sql',
      'models/a/one.sql',
      'models/a/one.yml',
      'models/a/notes.md',
      'models/.hidden/x.sql',
      'macros/m.sql',
      'macros/m.yml',
      'tests/sql/t.sql',
      'data/x.sql',
      'src/x.sql',
    ]) {
      write(path)
    }
    expect(paths()).toEqual([
      'project.yml',
      'models/a/notes.md',
      'models/a/one.sql',
      'models/a/one.yml',
      'models/b/two.sql',
      'macros/m.sql',
      'macros/m.yml',
      'tests/sql/t.sql',
    ])
    expect(found()).toEqual([])
  })

  it('reads names and texts beyond ASCII', () => {
    write('models/a/주문.sql', 'select 1 as 금액')
    expect(readProjectFiles(directory).files).toEqual([{ path: 'models/a/주문.sql', text: 'select 1 as 금액' }])
  })

  it('points at the first byte that is no UTF-8', () => {
    write('models/a/x.sql', Buffer.concat([Buffer.from('select 1\nas gr'), Buffer.from([0xfc]), Buffer.from('n')]))
    expect(found()).toMatchObject([{ code: 'file-not-utf8', location: { path: 'models/a/x.sql', line: 2, column: 6 } }])
    expect(paths()).toEqual([])
  })

  it('names UTF-16', () => {
    write('models/a/x.sql', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('select 1', 'utf16le')]))
    expect(found()[0]?.message).toBe('models/a/x.sql is not UTF-8 text but UTF-16')
  })

  it('ignores a byte order mark, and says so', () => {
    write('project.yml', '\ufeffname: x')
    expect(readProjectFiles(directory)).toMatchObject({
      files: [{ path: 'project.yml', text: 'name: x' }],
      diagnostics: [{ code: 'byte-order-mark', severity: 'warning' }],
    })
  })

  it('refuses a file above the limit without reading it', () => {
    write('models/a/x.sql')
    truncateSync(join(directory, 'models/a/x.sql'), limits.fileBytes + 1)
    expect(found().map((d) => d.code)).toEqual(['file-too-large'])
  })

  it('follows links inside the project, also in circles', () => {
    write('models/a/x.sql')
    symlinkSync(join(directory, 'models/a'), join(directory, 'models/b'))
    symlinkSync(join(directory, 'models'), join(directory, 'models/a/up'))
    expect(paths()).toContain('models/b/x.sql')
    expect(found()).toEqual([])
  })

  it('refuses links that leave the project, to files and to folders', () => {
    const outside = mkdtempSync(join(tmpdir(), 'elt-outside-'))
    writeFileSync(join(outside, 'secret.sql'), 'select 1')
    write('models/a/x.sql')
    symlinkSync(join(outside, 'secret.sql'), join(directory, 'models/a/y.sql'))
    symlinkSync(outside, join(directory, 'models/z'))
    symlinkSync(outside, join(directory, 'macros'))
    expect(paths()).toEqual(['models/a/x.sql'])
    expect(found().map((d) => d.code)).toEqual(['link-leaves-project', 'link-leaves-project', 'link-leaves-project'])
    rmSync(outside, { recursive: true })
  })

  it('reports a link to nothing', () => {
    write('models/a/x.sql')
    symlinkSync(join(directory, 'nowhere'), join(directory, 'models/a/y.sql'))
    expect(found()).toMatchObject([
      { code: 'file-unreadable', message: 'models/a/y.sql cannot be read: it does not exist' },
    ])
  })
})
