import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listSources } from './index.ts'
import { folderWith, recordsOf, sourceOf, write } from './testing.ts'

const daily = 'data/flights/{yyyy}/{MM}/{dd}.parquet'
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32)
const day = (date: string) => Date.parse(`${date}T00:00:00Z`) / 86_400_000

async function list(source: ReturnType<typeof sourceOf>, folder: string, known = recordsOf(undefined)) {
  const { signals, diagnostics } = await listSources([source], folder, known)
  return { signal: signals[0], codes: diagnostics.map((d) => d.code), diagnostics }
}

describe('the files of a source', () => {
  it('are listed by path with size, time, content hash and the partition that their path names', async () => {
    const folder = folderWith({
      'data/flights/2013/12/31.parquet': 'last',
      'data/flights/2013/02/28.parquet': 'first',
      'data/flights/2014/01/01.parquet': '',
    })
    const { signal, codes } = await list(sourceOf(daily), folder)
    expect(codes).toEqual([])
    const entry = (path: string, text: string, date: string) => ({
      path,
      size: text.length,
      modified: 1_400_000_000_000,
      hash: hashOf(text),
      gone: false,
      ordinal: day(date),
    })
    expect(signal).toEqual({
      source: 'source.bts.flights',
      files: [
        entry('data/flights/2013/02/28.parquet', 'first', '2013-02-28'),
        entry('data/flights/2013/12/31.parquet', 'last', '2013-12-31'),
        entry('data/flights/2014/01/01.parquet', '', '2014-01-01'),
      ],
      hull: { start: day('2013-02-28'), end: day('2014-01-02') },
    })
  })

  it('leave out what does not match: other names, hidden files, folders, too deep or too shallow', async () => {
    const folder = folderWith({
      'data/flights/2013/12/01.parquet': 'x',
      'data/flights/2013/12/01.parquet.part': 'x',
      'data/flights/2013/12/1.parquet': 'x',
      'data/flights/2013/12/.02.parquet': 'x',
      'data/flights/2013/03.parquet': 'x',
      'data/flights/2013/12/04.parquet/data': 'x',
      'data/flights/x2013/12/05.parquet': 'x',
      'data/flightsX2013/12/06.parquet': 'x',
    })
    const { signal } = await list(sourceOf(daily), folder)
    expect(signal?.files.map((file) => file.path)).toEqual(['data/flights/2013/12/01.parquet'])
  })

  it('may be one file, or any name with a star, which takes no leading dot', async () => {
    const folder = folderWith({ 'planes.csv': 'x', 'in/a.b.csv': 'x', 'in/.hidden.csv': 'x', 'in/c.csvx': 'x' })
    const undated = { grid: undefined } as object
    const one = await list(sourceOf('planes.csv', undated), folder)
    expect(one.signal?.files.map((file) => [file.path, file.ordinal])).toEqual([['planes.csv', undefined]])
    expect(one.signal?.hull).toBeUndefined()
    const many = await list(sourceOf('in/*.csv', undated), folder)
    expect(many.signal?.files.map((file) => file.path)).toEqual(['in/a.b.csv'])
  })

  it('may name a month, and repeat a part of the date, which must then be the same', async () => {
    const folder = folderWith({ 'in/2013/2013-05-a.csv': 'x', 'in/2013/2014-05-a.csv': 'x' })
    const source = sourceOf('in/{yyyy}/{yyyy}-{MM}-*.csv', { grid: { unit: 'month', timeZone: 'Asia/Seoul' } })
    const { signal } = await list(source, folder)
    expect(signal?.files.map((file) => [file.path, file.ordinal])).toEqual([['in/2013/2013-05-a.csv', 43 * 12 + 4]])
  })

  it('treat every other character of the pattern as itself', async () => {
    const folder = folderWith({ 'in (1)/a+b.csv': 'x', 'in 1/a+b.csv': 'x', 'in (1)/aab.csv': 'x' })
    const { signal } = await list(sourceOf('in (1)/a+b.csv', { grid: undefined } as object), folder)
    expect(signal?.files.map((file) => file.path)).toEqual(['in (1)/a+b.csv'])
  })
})

describe('what is known already', () => {
  it('spares reading a file whose size and time are unchanged, and only then', async () => {
    const folder = folderWith({ 'data/flights/2013/12/01.parquet': 'one', 'data/flights/2013/12/02.parquet': 'two' })
    const known = recordsOf((await list(sourceOf(daily), folder)).signal).map((file) => ({ ...file, hash: 'known' }))
    const again = await list(sourceOf(daily), folder, known)
    expect(again.signal?.files.map((file) => file.hash)).toEqual(['known', 'known'])
    write(folder, 'data/flights/2013/12/01.parquet', 'one', 1_400_000_001)
    write(folder, 'data/flights/2013/12/02.parquet', 'longer')
    const touched = await list(sourceOf(daily), folder, known)
    expect(touched.signal?.files.map((file) => file.hash)).toEqual([hashOf('one'), hashOf('longer')])
  })

  it('is not taken from another source that reads the same path', async () => {
    const folder = folderWith({ 'data/flights/2013/12/01.parquet': 'one' })
    const known = recordsOf((await list(sourceOf(daily, {}, 'other'), folder)).signal)
    const { signal } = await list(
      sourceOf(daily),
      folder,
      known.map((file) => ({ ...file, hash: 'other' })),
    )
    expect(signal?.files[0]?.hash).toBe(hashOf('one'))
  })

  it('shows a vanished file as gone, as it was, in its place, and outside the hull', async () => {
    const folder = folderWith({ 'data/flights/2013/12/01.parquet': 'one', 'data/flights/2013/12/02.parquet': 'two' })
    const known = recordsOf((await list(sourceOf(daily), folder)).signal)
    rmSync(join(folder, 'data/flights/2013/12/01.parquet'))
    const { signal, codes } = await list(sourceOf(daily), folder, known)
    expect(signal?.files.map(({ path, gone, hash, ordinal }) => [path.slice(-10), gone, hash, ordinal])).toEqual([
      ['01.parquet', true, hashOf('one'), day('2013-12-01')],
      ['02.parquet', false, hashOf('two'), day('2013-12-02')],
    ])
    expect(signal?.hull).toEqual({ start: day('2013-12-02'), end: day('2013-12-03') })
    const back = recordsOf(signal)
    write(folder, 'data/flights/2013/12/01.parquet', 'one')
    expect((await list(sourceOf(daily), folder, back)).signal?.files.map((file) => file.gone)).toEqual([false, false])
    rmSync(join(folder, 'data'), { recursive: true })
    const all = await list(sourceOf(daily), folder, back)
    expect([all.signal?.files.map((file) => file.gone), all.codes]).toEqual([[true, true], []])
    expect(codes).toEqual([])
  })

  it('is forgotten when the pattern of today does not match it', async () => {
    const folder = folderWith({ 'data/flights/2013/12/01.parquet': 'one', 'new/2013-12-01.parquet': 'one' })
    const known = recordsOf((await list(sourceOf(daily), folder)).signal)
    const { signal } = await list(sourceOf('new/{yyyy}-{MM}-{dd}.parquet'), folder, known)
    expect(signal?.files.map((file) => file.path)).toEqual(['new/2013-12-01.parquet'])
  })
})

describe('what is wrong with the files', () => {
  it('is a warning when the date in a path is not in the calendar', async () => {
    const folder = folderWith({ 'data/flights/2013/02/29.parquet': 'x', 'data/flights/2012/02/29.parquet': 'x' })
    const { signal, diagnostics } = await list(sourceOf(daily), folder)
    expect(signal?.files.map((file) => file.path)).toEqual(['data/flights/2012/02/29.parquet'])
    expect(diagnostics.map((d) => [d.code, d.severity, d.message])).toEqual([
      [
        'impossible-file-date',
        'warning',
        'the path data/flights/2013/02/29.parquet of source bts.flights names a date that no calendar has: 2013-02-29',
      ],
    ])
  })

  it('is a warning when there was never any file', async () => {
    const { signal, diagnostics } = await list(sourceOf(daily), folderWith({ 'project.yml': '' }))
    expect(signal).toEqual({ source: 'source.bts.flights', files: [] })
    expect(diagnostics.map((d) => [d.code, d.severity, d.help])).toEqual([
      ['source-without-files', 'warning', ['ls data/flights/*/*/*.parquet']],
    ])
  })

  it('is an error when a link or a path leads out of the project', async () => {
    const outside = folderWith({ '01.parquet': 'secret', '2013/12/01.parquet': 'secret' })
    const folder = folderWith({ 'data/flights/2013/12/02.parquet': 'x', 'kept/03.parquet': 'inside' })
    symlinkSync(join(outside, '01.parquet'), join(folder, 'data/flights/2013/12/01.parquet'))
    symlinkSync('../../../../kept/03.parquet', join(folder, 'data/flights/2013/12/03.parquet'))
    symlinkSync('/nowhere', join(folder, 'data/flights/2013/12/04.parquet'))
    const file = await list(sourceOf(daily), folder)
    expect(file.codes).toEqual(['source-outside-project'])
    expect(file.diagnostics[0]?.message).toContain('data/flights/2013/12/01.parquet')
    expect(file.signal?.files.map((f) => [f.path.slice(-10), f.hash])).toEqual([
      ['02.parquet', hashOf('x')],
      ['03.parquet', hashOf('inside')],
    ])
    mkdirSync(join(folder, 'linked'))
    symlinkSync(outside, join(folder, 'linked/all'))
    expect((await list(sourceOf('linked/all/{yyyy}/{MM}/{dd}.parquet'), folder)).codes).toEqual([
      'source-outside-project',
    ])
    const above = `../${outside.split('/').at(-1)}/{yyyy}/{MM}/{dd}.parquet`
    const climbing = await list(sourceOf(above), folder)
    expect([climbing.codes, climbing.signal?.files]).toEqual([['source-outside-project'], []])
  })

  it('is an error when a folder or a file cannot be read', async () => {
    const folder = folderWith({ 'data/flights/2013/12/01.parquet': 'x' })
    const known = recordsOf((await list(sourceOf(daily), folder)).signal)
    rmSync(join(folder, 'data/flights'), { recursive: true })
    symlinkSync('flights', join(folder, 'data/flights'))
    const { diagnostics } = await list(sourceOf(daily), folder, known)
    expect(diagnostics.map((d) => [d.code, d.severity])).toEqual([['source-unreadable', 'error']])
    expect(diagnostics[0]?.message).toContain('cannot read data/flights of source bts.flights: ELOOP')
  })

  it('does not depend on how the project folder is reached', async () => {
    const folder = folderWith({ 'real/data/flights/2013/12/01.parquet': 'x' })
    symlinkSync('real', join(folder, 'project'))
    const { signal, codes } = await list(sourceOf(daily), join(folder, 'project'))
    expect([codes, signal?.files.length]).toEqual([[], 1])
  })
})

describe('a year of daily files', () => {
  it('is listed again in a fraction of the time of the first look', async () => {
    const dates = Array.from({ length: 366 }, (_, i) => new Date(Date.UTC(2013, 0, 1 + i)).toISOString().slice(0, 10))
    const files = dates.map((date) => [`data/flights/${date.replaceAll('-', '/')}.parquet`, date] as const)
    const folder = folderWith(Object.fromEntries(files))
    const known = recordsOf((await list(sourceOf(daily), folder)).signal)
    const times = []
    for (let round = 0; round < 5; round++) {
      const start = performance.now()
      const { signal } = await list(sourceOf(daily), folder, known)
      times.push(performance.now() - start)
      expect(signal?.files.length).toBe(366)
    }
    // 5 to 10 ms where nothing else runs; a loaded machine is given a hundred times as much.
    expect(Math.min(...times)).toBeLessThan(1000)
  })
})
