import { expect, it } from 'vitest'
import { collectRepeated } from './collect.ts'
import { diagnose, locate } from './index.ts'

const text = 'a\nb\nc\nd\ne\nf\n'
const at = (path: string, line: number) => locate({ path, text }, 2 * (line - 1), 2 * line - 1)
const idle = (key: string, path: string, line: number) =>
  diagnose('key-without-effect', { key, reason: 'write x' }, at(path, line))

it('tells of a key once, with how many places it stands in and the first few of them', () => {
  const found = [1, 2, 3].flatMap((line) => [idle('grants', 'a.yml', line), idle('grants', 'b.yml', line)])
  const [one, ...more] = collectRepeated([...found, idle('labels', 'a.yml', 5)])
  expect(one).toMatchObject({
    message: '`grants` has no effect (6 places of 2 files): write x',
    location: { path: 'a.yml', line: 1 },
    notes: ['also at b.yml:1, a.yml:2, b.yml:2 and 2 more places'],
  })
  expect(more.map(({ message }) => message)).toEqual(['`labels` has no effect: write x'])
})

it('counts one place once, however many models take their settings from it', () => {
  const folder = Array.from({ length: 500 }, () => idle('grants', 'project.yml', 3))
  expect(collectRepeated(folder)).toEqual([folder[0]])
})

it('leaves everything else as it is', () => {
  const errors = [1, 2].map((line) =>
    diagnose('unknown-key', { key: 'x', of: '', nearest: undefined, valid: [] }, at('a.yml', line)),
  )
  expect(collectRepeated(errors)).toEqual(errors)
  expect(collectRepeated([])).toEqual([])
})
