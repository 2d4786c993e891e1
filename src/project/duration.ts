const days: Readonly<Record<string, number>> = { hour: 1 / 24, day: 1, week: 7 }

/** Days of a text such as `30 days`, `12 hours` or `2 weeks`; undefined for anything else. */
export function parseDays(text: string): number | undefined {
  const match = /^\s*(\d{1,6})\s*(hour|day|week)s?\s*$/.exec(text)
  const unit = days[match?.[2] ?? '']
  return unit === undefined ? undefined : Number(match?.[1]) * unit
}

/** A length of time by the calendar: a month is as long as it is. */
export interface Age {
  readonly count: number
  readonly unit: 'hour' | 'day' | 'month' | 'year'
}

/** An age such as `90 days`, `8 weeks` or `1 year`; undefined for anything else. */
export function parseAge(text: string): Age | undefined {
  const match = /^\s*(\d{1,6})\s*(hour|day|week|month|year)s?\s*$/.exec(text)
  const count = Number(match?.[1])
  if (!match || count === 0) return undefined
  const unit = match[2] as Age['unit'] | 'week'
  return unit === 'week' ? { count: count * 7, unit: 'day' } : { count, unit }
}

const inHours = { hour: 1, day: 24 } as const
const inMonths = { month: 1, year: 12 } as const

/** How many partitions of a unit a text such as `2 days` is; undefined when it is no whole number of them. */
export function parsePartitions(text: string, unit: 'hour' | 'day' | 'month' | 'year'): number | undefined {
  const match = /^\s*(\d{1,6})\s*(hour|day|month|year)s?\s*$/.exec(text)
  if (!match) return undefined
  const count = Number(match[1])
  const given = match[2] as keyof typeof inHours | keyof typeof inMonths
  if (count === 0 || given === unit) return count
  const scale: Readonly<Record<string, number>> = given in inHours ? inHours : inMonths
  const [from, to] = [scale[given], scale[unit]]
  if (from === undefined || to === undefined) return undefined
  const partitions = (count * from) / to
  return Number.isInteger(partitions) ? partitions : undefined
}
