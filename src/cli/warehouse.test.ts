import { expect, it } from 'vitest'
import { plainSource } from '../compiler/testing.ts'
import type { SourceDefinition } from '../project/index.ts'
import { readableFolders } from './readable-folders.ts'

function source(pattern: string): SourceDefinition {
  return plainSource('source.a.files', {
    origin: { kind: 'files', pattern, format: 'csv', compression: 'none', lateBy: 0 },
  })
}

it('opens to SQL only the folders in which the files of sources lie', () => {
  const patterns = [
    'data/flights/{yyyy}/{MM}/{dd}.parquet',
    'data/dimensions/a.csv',
    'data/dimensions/b.csv',
    'x/y*.csv',
  ]
  expect(readableFolders('/p', { sources: patterns.map(source), seedFiles: [] })).toEqual([
    '/p/data/dimensions',
    '/p/data/flights/',
    '/p/x/',
  ])
})
