import type * as Driver from '@duckdb/node-api'
import type { DuckDBType, DuckDBValue, DuckDBValueConverter } from '@duckdb/node-api'
import type { Row } from '../contract.ts'

type Converter = DuckDBValueConverter<unknown>
export type RowReader = (result: Driver.DuckDBMaterializedResult) => Promise<Row[]>

const dayLength = 86_400_000_000n

function pad(value: number | bigint, width: number): string {
  return String(value).padStart(width, '0')
}

/** `YYYY-MM-DD` of days since 1970; years beyond four digits as they are. */
function isoDate(days: bigint): string {
  // Civil date of a day count, after Howard Hinnant: JavaScript's Date ends before the engine's dates do.
  const z = days + 719_468n
  const era = (z >= 0n ? z : z - 146_096n) / 146_097n
  const dayOfEra = z - era * 146_097n
  const year = (dayOfEra - dayOfEra / 1460n + dayOfEra / 36_524n - dayOfEra / 146_096n) / 365n
  const dayOfYear = dayOfEra - (365n * year + year / 4n - year / 100n)
  const shifted = (5n * dayOfYear + 2n) / 153n
  const day = dayOfYear - (153n * shifted + 2n) / 5n + 1n
  const month = shifted < 10n ? shifted + 3n : shifted - 9n
  const civil = year + era * 400n + (month <= 2n ? 1n : 0n)
  const shownYear = civil < 0n ? `-${pad(-civil, 4)}` : pad(civil, 4)
  return `${shownYear}-${pad(month, 2)}-${pad(day, 2)}`
}

/** `YYYY-MM-DDTHH:MM:SS[.ffffff]` of microseconds since 1970. */
function isoDateTime(micros: bigint): string {
  const days = micros >= 0n ? micros / dayLength : -((dayLength - 1n - micros) / dayLength)
  const rest = Number(micros - days * dayLength)
  const seconds = Math.floor(rest / 1_000_000)
  const fraction = rest % 1_000_000
  const clock = `${pad(Math.floor(seconds / 3600), 2)}:${pad(Math.floor(seconds / 60) % 60, 2)}:${pad(seconds % 60, 2)}`
  return `${isoDate(days)}T${clock}${fraction === 0 ? '' : `.${pad(fraction, 6).replace(/0+$/, '')}`}`
}

function safeInteger(value: DuckDBValue): unknown {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : String(value)
}

/** Infinite dates and times have the greatest values of their types. */
function finite(value: bigint, greatest: bigint, show: (value: bigint) => string): string {
  return value === greatest ? 'infinity' : value === -greatest ? '-infinity' : show(value)
}

const greatestMicros = 9_223_372_036_854_775_807n
const greatestDay = 2_147_483_647n

function isoConverters(driver: (typeof Driver)['default']): ReadonlyMap<number, (value: DuckDBValue) => unknown> {
  const id = driver.DuckDBTypeId
  const ofMicros = (value: DuckDBValue, suffix: string): string =>
    finite((value as { micros: bigint }).micros, greatestMicros, (micros) => `${isoDateTime(micros)}${suffix}`)
  return new Map<number, (value: DuckDBValue) => unknown>([
    [id.BIGINT, safeInteger],
    [id.UBIGINT, safeInteger],
    [id.HUGEINT, safeInteger],
    [id.UHUGEINT, safeInteger],
    [id.DATE, (value) => finite(BigInt((value as { days: number }).days), greatestDay, isoDate)],
    [id.TIMESTAMP, (value) => ofMicros(value, '')],
    [id.TIMESTAMP_TZ, (value) => ofMicros(value, 'Z')],
  ])
}

/** Names of a result's columns, where a repeated one gets a number: `a`, `a:1`. */
function distinct(names: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return names.map((name) => {
    const times = seen.get(name) ?? 0
    seen.set(name, times + 1)
    return times === 0 ? name : `${name}:${times}`
  })
}

/**
 * Reads results as plain JSON values: integers beyond 2^53 and decimals are text, dates and times ISO text. Values of rare
 * types are shown as the engine shows them.
 */
export function rowReader(driver: (typeof Driver)['default']): RowReader {
  const own = isoConverters(driver)
  const convert: Converter = (value: DuckDBValue, type: DuckDBType, converter: Converter): unknown => {
    if (value === null) return null
    const mine = own.get(type.typeId)
    // The library's converter asks for the one to go on with, so values inside lists and structs come back here.
    return mine
      ? mine(value)
      : driver.JsonDuckDBValueConverter(value, type, converter as DuckDBValueConverter<Driver.Json>)
  }
  return async (result) => {
    const names = distinct(result.columnNames())
    const rows = await result.convertRows(convert)
    return rows.map((values) => Object.fromEntries(names.map((name, i) => [name, values[i]])))
  }
}
