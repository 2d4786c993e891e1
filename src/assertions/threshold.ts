import type { Threshold } from './assertion.ts'

const number = String.raw`(-?\d{1,15}(?:\.\d{1,15})?)`
const comparison = new RegExp(String.raw`^\s*(=|==|!=|<>|>=|<=|>|<)\s*${number}\s*(%)?\s*$`)
const range = new RegExp(String.raw`^\s*(not\s+)?between\s+${number}\s*(%)?\s+and\s+${number}\s*(%)?\s*$`, 'i')

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

/** What a threshold is held against. */
export interface Measurement {
  readonly failures: number
  /** Rows judged, those that `where` leaves out among them. */
  readonly rows: number
  /** What the check measured, where it measures anything. */
  readonly value?: number
  /** Rows that `where` leaves, where that was counted. */
  readonly considered?: number
}

/** Any failing row. */
export const anyFailure: Threshold = { operator: '!=', value: 0, percent: false }

/** Reads `> 10`, `!= 0`, `> 5 %` or `not between 1 and 5`; undefined for anything else. */
export function parseThreshold(text: string): Threshold | undefined {
  const match = comparison.exec(text)
  const operator = operators[match?.[1] ?? '']
  if (operator !== undefined) return { operator, value: Number(match?.[2]), percent: match?.[3] !== undefined }
  const [, not, least, firstPercent, most, percent] = range.exec(text) ?? []
  if (least === undefined || (firstPercent !== undefined && percent === undefined)) return undefined
  return {
    operator: not === undefined ? 'between' : 'not between',
    value: Number(least),
    upper: Number(most),
    percent: percent !== undefined,
  }
}

/** A threshold as it is written: `> 3 %`. */
export function thresholdText({ operator, value, upper, percent }: Threshold): string {
  const text = `${operator} ${value}${upper === undefined ? '' : ` and ${upper}`}`
  return percent ? `${text} %` : text
}

/** The number that a threshold is about; of no rows, no failure is 0 %. A share that was measured is told in percent. */
function measuredBy({ percent, measured }: Threshold, { failures, rows, value }: Measurement): number | undefined {
  if (measured) return value === undefined || !percent ? value : value * 100
  if (!percent) return failures
  return rows === 0 ? (failures === 0 ? 0 : 100) : (failures / rows) * 100
}

/** Whether the condition holds for what was measured; it does not where there is no value. */
export function holds(threshold: Threshold, measurement: Measurement): boolean {
  const measured = measuredBy(threshold, measurement)
  if (measured === undefined) return false
  const { operator, value, upper = value } = threshold
  switch (operator) {
    case '=':
      return measured === value
    case '!=':
      return measured !== value
    case '>':
      return measured > value
    case '>=':
      return measured >= value
    case '<':
      return measured < value
    case '<=':
      return measured <= value
    case 'between':
      return measured >= value && measured <= upper
    case 'not between':
      return measured < value || measured > upper
  }
}
