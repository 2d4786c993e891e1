import type { Threshold } from './assertion.ts'

const form = /^\s*(=|==|!=|<>|>=|<=|>|<)\s*(\d{1,15}(?:\.\d{1,15})?)\s*(%)?\s*$/

const operators: Readonly<Record<string, Threshold['operator']>> = {
  '=': '=',
  '==': '=',
  '!=': '!=',
  '<>': '!=',
  '>': '>',
  '>=': '>=',
  '<': '<',
  '<=': '<=',
}

/** Any failing row. */
export const anyFailure: Threshold = { operator: '!=', value: 0, percent: false }

/** Reads `> 10`, `!= 0` or `> 5 %`; undefined for anything else. */
export function parseThreshold(text: string): Threshold | undefined {
  const match = form.exec(text)
  const operator = operators[match?.[1] ?? '']
  return operator === undefined ? undefined : { operator, value: Number(match?.[2]), percent: match?.[3] !== undefined }
}

/** Whether the condition holds for a number of failing rows among all rows; of no rows, none is 0 %. */
export function holds(threshold: Threshold, failures: number, rows: number): boolean {
  const share = rows === 0 ? (failures === 0 ? 0 : 100) : (failures / rows) * 100
  const measured = threshold.percent ? share : failures
  switch (threshold.operator) {
    case '=':
      return measured === threshold.value
    case '!=':
      return measured !== threshold.value
    case '>':
      return measured > threshold.value
    case '>=':
      return measured >= threshold.value
    case '<':
      return measured < threshold.value
    case '<=':
      return measured <= threshold.value
  }
}
