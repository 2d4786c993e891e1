/** A CSV file of a project, which nobody has opened yet. */
export interface SeedState {
  /** Relative to the project, with forward slashes. */
  readonly path: string
  readonly size: number
  /** Milliseconds since 1970. */
  readonly modified: number
}
