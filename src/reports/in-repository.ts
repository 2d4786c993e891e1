import type { Diagnostic, Location } from '../diagnostics/index.ts'

/** A place in a file of the repository; what was found on the command line has none. */
export interface Place {
  /** Relative to the folder in which continuous integration runs, with forward slashes. */
  readonly path: string
  readonly location: Location
}

/** Where a diagnostic points, for tools that know the repository; `root` is the project's folder in it, `''` or `shop/`. */
export function placeOf({ location }: Diagnostic, root: string): Place | undefined {
  if (!location || location.path.startsWith('(')) return undefined
  return { path: `${root}${location.path}`, location }
}

/** Everything that a diagnostic says beside its place, a line each. */
export function wordsOf({ message, label, why, notes, help }: Diagnostic): string {
  return [
    message,
    ...(label ? [label] : []),
    ...(why ? [`why: ${why}`] : []),
    ...notes.map((note) => `note: ${note}`),
    ...help.map((text) => `help: ${text}`),
  ].join('\n')
}
