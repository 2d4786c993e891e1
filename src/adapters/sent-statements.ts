/** A text that was sent. */
export interface Sent {
  readonly sql: string
  /** The length of what the session put in front of its caller's text. */
  readonly skip: number
}

/** The statement that an error was met in; a driver's error does not say. */
const statements = new WeakMap<object, Sent>()

/** Remembers what was sent, so that an error's position can be turned into an offset. */
export function ofStatement(error: unknown, sql: string, skip = 0): unknown {
  if (typeof error === 'object' && error !== null) statements.set(error, { sql, skip })
  return error
}

/** What was sent when an error was met; undefined: nobody remembered. */
export function sentWith(error: unknown): Sent | undefined {
  return typeof error === 'object' && error !== null ? statements.get(error) : undefined
}
