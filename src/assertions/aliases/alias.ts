import type { Location } from '../../diagnostics/index.ts'
import type { Json, RawConfig } from '../../project/index.ts'

/** A check under the name, and with the arguments, that another tool has for it. */
export interface Alias {
  readonly type: string
  /** Its name of an argument → ours. */
  readonly renamed?: Readonly<Record<string, string>>
  /** Its arguments as ours, where other names alone do not do. They are renamed before. */
  readonly adapted?: (given: RawConfig, location: Location) => RawConfig
  /** Its conditions are on failing rows, also where the check measures a value. */
  readonly isForeign?: true
}

export type Aliases = Readonly<Record<string, Alias>>

/** Arguments that the check of the other name always has. */
export function always(fixed: Readonly<Record<string, Json>>): Pick<Alias, 'adapted'> {
  return {
    adapted: (given, location) => ({
      ...Object.fromEntries(Object.entries(fixed).map(([key, value]) => [key, { value, location }])),
      ...given,
    }),
  }
}

/** A flag of theirs that is the opposite of one of ours. */
export function opposite(theirs: string, ours: string): Pick<Alias, 'adapted'> {
  return {
    adapted: ({ [theirs]: flag, ...given }) =>
      typeof flag?.value === 'boolean' ? { ...given, [ours]: { ...flag, value: !flag.value } } : given,
  }
}

/** An age in two arguments of theirs as one of ours: `24 hours`. */
export const ageWithin: Pick<Alias, 'adapted'> = {
  adapted: ({ datepart, interval, ignore_time_component: _, ...given }, location) => {
    if (given.within !== undefined || !datepart || !interval) return given
    return {
      ...given,
      within: { value: `${interval.value} ${datepart.value}`, location: interval.location ?? location },
    }
  },
}

/** Several adaptations, one after the other. */
export function both(first: Pick<Alias, 'adapted'>, second: Pick<Alias, 'adapted'>): Pick<Alias, 'adapted'> {
  return {
    adapted: (given, location) => {
      const once = first.adapted?.(given, location) ?? given
      return second.adapted?.(once, location) ?? once
    },
  }
}
