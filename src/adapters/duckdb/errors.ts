import { nearest } from '../../diagnostics/index.ts'
import type { ExplainedError } from '../contract.ts'
import { type Sent, sentWith } from '../sent-statements.ts'

/** What DuckDB says with `errors_as_json`. */
interface EngineError {
  readonly type: string
  readonly message: string
  readonly position?: number
  readonly candidates: readonly string[]
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  const start = text.indexOf('{"exception_type"')
  if (start < 0) return undefined
  try {
    return JSON.parse(text.slice(start)) as Readonly<Record<string, unknown>>
  } catch {
    return undefined
  }
}

/** Errors of opening come as plain text: `IO Error: …`. */
function plain(text: string): EngineError {
  const match = /^([A-Z][A-Za-z ]*?)(?: Error)?: ([\s\S]*)$/.exec(text)
  return { type: match?.[1] ?? '', message: match?.[2] ?? text, candidates: [] }
}

/** Of some errors the names are fields, of others they stand in the message only. */
const missingName = /(?:column named|table) "([^"]+)"/
const listedNames = /^Candidate (?:bindings|tables)\W+"(.*)"$/m

/**
 * What may have been meant. Candidates stand between commas; those of functions hold commas themselves, and help little. Of
 * columns, the engine lists those that there are; of tables and functions, whatever is least unlike.
 */
function candidatesOf(json: Readonly<Record<string, unknown>>, message: string): readonly string[] {
  const listed = typeof json.candidates === 'string' ? json.candidates : ''
  if (listed.includes('(')) return []
  const names = listed === '' ? (listedNames.exec(message)?.[1]?.split('", "') ?? []) : listed.split(',')
  const candidates = names.map((name) => name.trim())
  const missing = typeof json.name === 'string' ? json.name : missingName.exec(message)?.[1]
  if (missing === undefined) return candidates
  const near = nearest(missing, candidates)
  if (near !== undefined) return [near]
  return json.error_subtype === 'MISSING_ENTRY' ? [] : candidates
}

export function engineError(error: unknown): EngineError {
  const text = error instanceof Error ? error.message : String(error)
  const json = parsed(text)
  if (!json) return plain(text)
  return {
    type: String(json.exception_type ?? ''),
    message: String(json.exception_message ?? ''),
    ...(json.position === undefined ? {} : { position: Number(json.position) }),
    candidates: candidatesOf(json, String(json.exception_message ?? '')),
  }
}

const kinds: Readonly<Record<string, ExplainedError['kind']>> = {
  INTERRUPT: 'cancelled',
  Conversion: 'data',
  'Out of Range': 'data',
  'Invalid Input': 'data',
  'Divide by Zero': 'data',
  Constraint: 'data',
  'Mismatch Type': 'data',
  'Object Size': 'data',
  TransactionContext: 'transient',
  FATAL: 'connection',
  INTERNAL: 'connection',
  Connection: 'connection',
}

/** Settings and statements that are wrong whatever the rows are come under types that otherwise speak of data. */
const notOfRows = /^(Cannot prepare multiple|Cannot change configuration|cannot start a transaction|Cannot execute)/

function kindOf(error: EngineError): ExplainedError['kind'] {
  // A full disk stays full: trying again at once would only wait for it again.
  if (/database has been invalidated|[Cc]onnection.*closed|No space left on device/.test(error.message))
    return 'connection'
  if (error.type === 'IO') return /No files found/.test(error.message) ? 'data' : 'transient'
  // The appender's errors have no type.
  if (/^Could not convert /.test(error.message)) return 'data'
  if (notOfRows.test(error.message)) return 'sql'
  return kinds[error.type] ?? 'sql'
}

/** The engine counts bytes of UTF-8; JavaScript counts UTF-16 units. */
function offsetOf(sent: Sent, bytes: number): number {
  return Math.max(0, Buffer.from(sent.sql, 'utf8').subarray(0, bytes).toString('utf8').length - sent.skip)
}

const advice = /^(Did you mean|Candidate bindings|Candidate functions|Candidates|Try setting|Use "SET|See the|LINE )/

/** The words that say what is wrong: of CSV errors the file, the line and the reason, of others the first line. */
function words(message: string): string {
  const lines = message.split('\n').map((line) => line.trim())
  const csv = /^CSV Error on Line: (\d+)/.exec(lines[0] ?? '')
  const file = lines.find((line) => line.startsWith('file = '))?.slice('file = '.length)
  if (csv && file) return `${file}, line ${csv[1]}: ${lines[2] ?? 'malformed'}`
  const sniffing = /^Error when sniffing file "(.*)"\.$/.exec(lines[0] ?? '')
  if (sniffing) {
    return `${sniffing[1] || 'one of the CSV files'}: its rows differ in their number of fields, or commas do not separate them`
  }
  return lines.find((line) => line !== '' && !advice.test(line)) ?? message
}

/** What went wrong, where in the SQL sent, and whether other rows or another attempt may pass. */
export function explainError(error: unknown): ExplainedError {
  if (error instanceof Error && error.name === 'AbortError') return { message: error.message, kind: 'cancelled' }
  const found = engineError(error)
  const sent = sentWith(error)
  return {
    message: words(found.message),
    kind: kindOf(found),
    ...(found.position === undefined || sent === undefined ? {} : { offset: offsetOf(sent, found.position) }),
    ...(found.candidates.length === 0 ? {} : { candidates: found.candidates }),
  }
}
