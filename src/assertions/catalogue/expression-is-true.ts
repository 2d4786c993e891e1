import type { Definition } from '../definition.ts'
import { enclosed } from '../sql-fragment.ts'
import { judgeRows } from './predicate.ts'

export const expressionIsTrue: Definition = {
  summary:
    'A row fails when the expression is false. A row for which it is NULL passes, as in a CHECK constraint, and so does an empty relation. At a column the expression follows its name: `expression: ">= 0"`.',
  example: '- expression_is_true: { expression: "landed_at >= departed_at" }',
  column: 'optional',
  arguments: { expression: { kind: 'expression', required: true } },
  label: (given) => String(given.expression).replace(/\s+/g, ' ').trim(),
  compile: (compilation) => {
    const { assertion } = compilation
    const expression = String(assertion.arguments.expression)
    const whole = assertion.column === undefined ? expression : `${compilation.column()} ${expression}`
    return judgeRows(compilation, `not ${enclosed(whole)}`)
  },
}
