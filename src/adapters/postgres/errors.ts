import { nearest } from '../../diagnostics/index.ts'
import type { ExplainedError } from '../contract.ts'
import { type Sent, sentWith } from '../sent-statements.ts'
import { rightAdvice } from './rights.ts'

/** What the server says of an error; all of it is optional in an error of the socket. */
interface ServerError {
  readonly message: string
  readonly code?: string
  readonly hint?: string
  /** From 1, in characters. */
  readonly position?: string
  /** Of COPY: `COPY t, line 3, column n: "x"`. */
  readonly where?: string
}

/** The engine's codes whose kind is not that of their class. */
const kindOfCode: Readonly<Record<string, ExplainedError['kind']>> = {
  '57014': 'cancelled',
  // The server ended the connection: a shutdown, a crash, an administrator; or it could not begin one.
  '57P01': 'connection',
  '57P02': 'connection',
  '57P03': 'connection',
  '57P05': 'connection',
  '25P03': 'connection',
  '25P04': 'connection',
  // Another transaction was in the way.
  '55P03': 'transient',
  '55006': 'transient',
  '53300': 'transient',
  '53200': 'transient',
  '42501': 'denied',
  // Statements of sets of rows that other rows would not fail.
  '21000': 'data',
  P0001: 'data',
  P0002: 'data',
  P0003: 'data',
  P0004: 'data',
  // Full stays full: trying again at once would only wait for it again.
  '53100': 'connection',
}

const kindOfClass: Readonly<Record<string, ExplainedError['kind']>> = {
  '08': 'connection',
  '28': 'connection',
  '3D': 'connection',
  '22': 'data',
  '23': 'data',
  '40': 'transient',
  '58': 'connection',
  XX: 'connection',
}

/** Codes of Node's sockets, and what the driver says when one has ended. */
const lostSocket = /^(ECONN|EPIPE|ETIMEDOUT|ENET|EHOST|EAI_|ENOTFOUND)/
const lostWords = /Connection terminated|not queryable|connection error|timeout expired|^the server /

function serverError(error: unknown): ServerError {
  if (typeof error !== 'object' || error === null) return { message: String(error) }
  const { message, code, hint, position, where } = error as Partial<Record<keyof ServerError, unknown>>
  return {
    message: String(message ?? error),
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof hint === 'string' ? { hint } : {}),
    ...(typeof position === 'string' ? { position } : {}),
    ...(typeof where === 'string' ? { where } : {}),
  }
}

function kindOf({ code, message }: ServerError): ExplainedError['kind'] {
  if (code === undefined) return lostWords.test(message) ? 'connection' : 'sql'
  if (lostSocket.test(code)) return 'connection'
  if (code === '57014' && /statement timeout/.test(message)) return 'sql'
  return kindOfCode[code] ?? kindOfClass[code.slice(0, 2)] ?? 'sql'
}

/** Whether a connection is gone, or could not begin, for a reason that passes. */
function isLost({ code, message }: ServerError): boolean {
  if (code === undefined) return lostWords.test(message)
  return lostSocket.test(code) ? !/^(ENOTFOUND|EAI_)/.test(code) : /^(08|57P0|25P03$)/.test(code)
}

/** The engine counts characters from 1; JavaScript counts UTF-16 units. */
function offsetOf(sent: Sent, position: number): number {
  const before = Array.from(sent.sql).slice(0, position - 1)
  return Math.max(0, before.join('').length - sent.skip)
}

/** What the engine suggests instead: `Perhaps you meant to reference the column "t.name" or the column "t.game".` */
function candidatesOf({ hint, message }: ServerError): readonly string[] {
  if (!hint?.startsWith('Perhaps you meant')) return []
  const names = [...hint.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name.split('.').at(-1) ?? name)
  const missing = /column (?:"([^"]+)"|\w+\.(\w+)|(\w+))/.exec(message)?.slice(1).find(Boolean)
  const near = missing === undefined ? undefined : nearest(missing, names)
  return near === undefined ? names : [near]
}

const holders = new WeakMap<object, string>()

/** Who held the lock that a statement waited for, which its error does not say. */
export const lockHolders = {
  remember: (error: unknown, who: string): unknown => {
    if (typeof error === 'object' && error !== null) holders.set(error, who)
    return error
  },
}

/** Errors whose own words say too little, by their code or by the words. */
function words({ code, message }: ServerError, error: unknown): string {
  const [line = message] = message.split('\n')
  if (code === '55P03') {
    const who = typeof error === 'object' && error !== null ? holders.get(error) : undefined
    return who === undefined ? line : `${line}; it is held by ${who}`
  }
  if (code === '22021' && /0x00/.test(line)) return 'a text holds the character NUL, which Postgres cannot store'
  if (code === '57014' && /statement timeout/.test(line)) return `${line} (\`statement_timeout\` of the target)`
  if (line === 'Connection terminated unexpectedly') return 'the server closed the connection'
  return code !== undefined && lostSocket.test(code) ? `the connection to the server was lost (${line})` : line
}

/** What went wrong, where in the SQL sent, and whether other rows or another attempt may pass. `user`: who was connected. */
export function explainError(error: unknown, user?: string): ExplainedError {
  if (error instanceof Error && error.name === 'AbortError') return { message: error.message, kind: 'cancelled' }
  const found = serverError(error)
  const sent = sentWith(error)
  const candidates = candidatesOf(found)
  const advice = found.code === '42501' ? rightAdvice(found.message, sent?.sql ?? '', user) : undefined
  const row = /^COPY .*?, line (\d+)/.exec(found.where ?? '')?.[1]
  return {
    message: words(found, error),
    kind: kindOf(found),
    ...(isLost(found) ? { isLost: true as const } : {}),
    ...(found.position === undefined || sent === undefined ? {} : { offset: offsetOf(sent, Number(found.position)) }),
    ...(candidates.length === 0 ? {} : { candidates }),
    ...(advice === undefined ? {} : { advice }),
    ...(row === undefined ? {} : { row: Number(row) }),
  }
}
