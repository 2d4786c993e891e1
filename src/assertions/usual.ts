/** A value that was measured of a partition. */
export interface Point {
  readonly ordinal: number
  readonly value: number
}

/** What is expected of the value of a partition, by those of the partitions before it. */
export type UsualRule =
  /** No further from what is usual than the values there are from each other. */
  | {
      readonly kind: 'anomaly'
      /** How many times the usual deviation is too much. */
      readonly sensitivity: number
      readonly direction: 'both' | 'drop' | 'rise'
      /** A change of fewer percent is none, however steady the values were. */
      readonly minChange: number
      /** Nor is a smaller difference: of shares, for which percentages of a small one say nothing. */
      readonly minDifference: number
      /** How many partitions before it are looked at. */
      readonly training: number
      /** Fewer values of its season say nothing. */
      readonly minHistory: number
      /** Partitions are compared with those that are a multiple of so many before: 7 days is the same weekday. */
      readonly season: number
    }
  /** Not too many percent away from the value of the partition so many before. */
  | { readonly kind: 'change'; readonly maxDrop?: number; readonly maxRise?: number; readonly before: number }

/** What is said of a value: `learning` where too little is known. */
export interface UsualVerdict {
  readonly state: 'learning' | 'usual' | 'unusual'
  /** What was expected, and between which values it would have been usual; absent while learning. */
  readonly expected?: number
  readonly low?: number
  readonly high?: number
}

const learning: UsualVerdict = { state: 'learning' }

/** How many partitions before a judged one a rule looks back. */
export function reachOf(rule: UsualRule): number {
  return rule.kind === 'anomaly' ? rule.training : rule.before
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}

/** As wide as a standard deviation of values that are spread normally, and untouched by a few that are far away. */
function spread(values: readonly number[], middle: number): number {
  const deviations = values.map((value) => Math.abs(value - middle))
  const mad = 1.4826 * median(deviations)
  // Where most are equal, what the others deviate by says more than nothing.
  return mad > 0 ? mad : (1.2533 * deviations.reduce((sum, one) => sum + one, 0)) / deviations.length
}

function between(
  rule: Extract<UsualRule, { kind: 'anomaly' }>,
  value: number,
  history: readonly Point[],
): UsualVerdict {
  if (history.length < rule.minHistory || history.length === 0) return learning
  const values = history.map((point) => point.value)
  const expected = median(values)
  const { sensitivity, minChange, minDifference } = rule
  const least = Math.max((minChange / 100) * Math.abs(expected), minDifference)
  const margin = Math.max(sensitivity * spread(values, expected), least)
  const low = rule.direction === 'rise' ? Number.NEGATIVE_INFINITY : expected - margin
  const high = rule.direction === 'drop' ? Number.POSITIVE_INFINITY : expected + margin
  return { state: value < low || value > high ? 'unusual' : 'usual', expected, low, high }
}

function changed(rule: Extract<UsualRule, { kind: 'change' }>, value: number, expected: number): UsualVerdict {
  const share = (percent: number | undefined, otherwise: number, sign: number): number =>
    percent === undefined ? otherwise : expected + (sign * percent * Math.abs(expected)) / 100
  const low = share(rule.maxDrop, Number.NEGATIVE_INFINITY, -1)
  const high = share(rule.maxRise, Number.POSITIVE_INFINITY, 1)
  return { state: value < low || value > high ? 'unusual' : 'usual', expected, low, high }
}

/**
 * Whether a value is usual among those that were measured before. Only partitions before the judged one count, so that a backfill
 * finds what a daily run would have found; those of `incidents` do not.
 */
export function judgeUsual(
  rule: UsualRule,
  { ordinal, value }: Point,
  measured: readonly Point[],
  isIncident: (ordinal: number) => boolean = () => false,
): UsualVerdict {
  const known = measured.filter((point) => point.ordinal < ordinal && !isIncident(point.ordinal))
  if (rule.kind === 'change') {
    const before = known.find((point) => point.ordinal === ordinal - rule.before)
    return before ? changed(rule, value, before.value) : learning
  }
  const { training, season } = rule
  const alike = known.filter((point) => point.ordinal >= ordinal - training && (ordinal - point.ordinal) % season === 0)
  return between(rule, value, alike)
}
