import type { Definition } from '../definition.ts'
import { enclosed } from '../sql-fragment.ts'
import { judgeRows } from './predicate.ts'

export const expressionIsTrue: Definition = {
  summary:
    'A row fails when the expression is false. At a column the expression follows its name: `expression: ">= 0"`.',
  nulls: 'pass where they make the expression NULL, as in a CHECK constraint',
  empty: 'passes',
  example: '- expression_is_true: { expression: "landed_at >= departed_at" }',
  column: 'optional',
  arguments: { expression: { kind: 'expression', required: true, help: 'what must be true of each row' } },
  ofRows: true,
  label: (given) => String(given.expression).replace(/\s+/g, ' ').trim(),
  compile: (compilation) => {
    const { assertion } = compilation
    const expression = String(assertion.arguments.expression)
    const whole = assertion.column === undefined ? expression : `${compilation.column()} ${expression}`
    return judgeRows(compilation, `not ${enclosed(whole)}`)
  },
}
