import type { Clock } from '../runner/index.ts'
import type { Context } from './context.ts'

/** The time of this process. */
export function clockOf(context: Context): Clock {
  return {
    now: context.io.now,
    random: Math.random,
    every: (milliseconds, action) => {
      const timer = setInterval(action, milliseconds)
      return () => clearInterval(timer)
    },
  }
}
