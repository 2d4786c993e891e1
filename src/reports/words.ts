import { type Grid, lengthOf, partitionKey, type Window } from '../calendar/index.ts'

/** `1,234,567` */
export function number(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `1 partition`, `28 partitions`. */
export function count(value: number, noun: string): string {
  const plural = noun.endsWith('ch') ? `${noun}es` : `${noun}s`
  return `${number(value)} ${value === 1 ? noun : plural}`
}

const byteUnits = ['kB', 'MB', 'GB', 'TB', 'PB']

/** An amount of storage for people: `8.2 kB`, `41 MB`. */
export function bytes(amount: number): string {
  if (amount < 1000) return count(amount, 'byte')
  const power = Math.min(Math.floor(Math.log10(amount) / 3), byteUnits.length)
  const [value, unit] = [amount / 1000 ** power, byteUnits[power - 1] ?? '']
  // Two digits tell sizes apart; 999.6 kB is as good as a megabyte.
  return value >= 999.5 && power < byteUnits.length
    ? `1.0 ${byteUnits[power]}`
    : `${value < 9.95 ? value.toFixed(1) : number(Math.round(value))} ${unit}`
}

/** A length of time for people: `84 ms`, `4.1 s`, `2 min 05 s`, `1 h 12 min`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 999.5) return `${Math.max(0, Math.round(milliseconds))} ms`
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`
  const seconds = Math.round(milliseconds / 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`
}

/** The names of the partitions of a window: `2013-12-02`, or `2013-12-02 … 2013-12-29`. */
export function range(grid: Grid, window: Window): string {
  const first = partitionKey(grid, window.start)
  return lengthOf(window) <= 1 ? first : `${first} … ${partitionKey(grid, window.end - 1)}`
}

/** Several windows, the first few by name. */
export function ranges(grid: Grid, windows: readonly Window[], most = 3): string {
  const shown = windows.slice(0, windows.length > most ? most - 1 : most)
  const rest = windows.length - shown.length
  return [...shown.map((w) => range(grid, w)), ...(rest > 0 ? [`${number(rest)} more ranges`] : [])].join(', ')
}

/** A moment in a zone, to the minute: `2013-12-29 18:02`. */
export function moment(milliseconds: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(milliseconds)
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}`
}

/** As `ranges`; of what is not partitioned, `all`. */
export function partitionRanges(grid: Grid | undefined, windows: readonly Window[]): string {
  return grid ? ranges(grid, windows) : 'all'
}
