import { expect, it } from 'vitest'
import type { SourceDefinition } from '../project/index.ts'
import { readableFolders } from './readable-folders.ts'

const location = { path: 's.yml', line: 1, column: 1, endLine: 1, endColumn: 2, firstFrameLine: 1, frame: [''] }

function source(pattern: string): SourceDefinition {
  return {
    id: `source.a.${pattern}`,
    group: 'a',
    name: pattern,
    description: '',
    columns: [],
    assertions: [],
    origin: { kind: 'files', pattern, format: 'csv', compression: 'none', lateBy: 0 },
    changeSignal: 'files',
    location,
  }
}

it('opens to SQL only the folders in which the files of sources lie', () => {
  const patterns = [
    'data/flights/{yyyy}/{MM}/{dd}.parquet',
    'data/dimensions/a.csv',
    'data/dimensions/b.csv',
    'x/y*.csv',
  ]
  expect(readableFolders('/p', patterns.map(source))).toEqual(['/p/data/dimensions', '/p/data/flights/', '/p/x/'])
})
