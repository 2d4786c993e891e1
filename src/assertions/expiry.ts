import type { Assertion } from './assertion.ts'

/** Whether the day has begun, in UTC, from which on an assertion is not judged. `now` is in milliseconds. */
export function hasExpired({ expires }: Pick<Assertion, 'expires'>, now: number): boolean {
  return expires !== undefined && expires <= new Date(now).toISOString().slice(0, 10)
}
