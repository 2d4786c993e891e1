/** What checks of data need the engine's own words for, as `SqlFunctions`: expressions in, expressions out. */
export interface CheckFunctions {
  /** Whether a regular expression, as a text, is found somewhere in a text. */
  readonly matches: (text: string, pattern: string, ignoreCase: boolean) => string
  /** LIKE, with a backslash before what is meant by itself. */
  readonly like: (text: string, pattern: string, ignoreCase: boolean) => string
  /** Characters of a text, not bytes. */
  readonly length: (text: string) => string
  /** Whether a text is JSON. */
  readonly isJson: (text: string) => string
  /** What stands at a path of names in a text that is JSON: `object`, `array`, `string`, `number`, `boolean`, `null`; NULL: nothing. */
  readonly jsonType: (text: string, path: readonly string[]) => string
  /** The value that stands there, as text; NULL for none and for `null`. */
  readonly jsonText: (text: string, path: readonly string[]) => string
  /** Whether a value that is not NULL can be cast to a type. */
  readonly isCastable: (expression: string, type: string) => string
  /** Whether a text that is not NULL is a date or moment of a format of `strftime`, which is no expression. */
  readonly isMoment: (text: string, format: string) => string
  /** The value below which a share of the values lies, between two of them where it has to: an aggregate. */
  readonly quantile: (expression: string, share: number) => string
  /** Of a sample: an aggregate, NULL of fewer than two values. */
  readonly standardDeviation: (expression: string) => string
  readonly variance: (expression: string) => string
  /** The wall clock of a time zone, whose name is a literal. */
  readonly now: (timeZone: string) => string
}
