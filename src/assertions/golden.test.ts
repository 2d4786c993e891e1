import { expect, it } from 'vitest'
import { cases } from '../../tests/checks/index.ts'
import { adapterOf } from '../adapters/index.ts'
import { bug } from '../diagnostics/index.ts'
import { compileAssertion } from './index.ts'
import { measuring, parsed, partitioned, partitionedTarget, plainTarget } from './testing.ts'

/* The SQL of every check for every engine side by side, so that a change of it is seen in review. That it is right is shown by
   cases.test.ts. */

it('writes every check for every engine', async () => {
  const sections = Object.entries(cases)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, { column, given, only }]) => {
      const isPlain = only === 'plain'
      const target = isPlain ? plainTarget : partitionedTarget
      const written = column === undefined ? name : `${name}(${column})`
      const assertion = parsed(written, given, isPlain ? undefined : partitioned)
      const engines = ['duckdb', 'postgres'].map((engine) => {
        const { dialect } = adapterOf(engine) ?? bug(`no ${engine}`)
        const sql = compileAssertion(assertion, target, dialect)
        return `-- ${engine}\n${measuring(sql, target)};\n${sql.failingRows};\n`
      })
      return [`-- ${assertion.name.replace(/\s+/g, ' ')}\n`, ...engines, '']
    })
  await expect(sections.join('\n')).toMatchFileSnapshot('golden/checks.sql')
})
