import type { ArgumentKind } from './definition.ts'

/* What the page of the reference is written from: scripts/assertion-page.mjs. */

export { aliases } from './aliases/index.ts'
export { catalogue } from './catalogue/index.ts'
export { settingHelp } from './settings.ts'

/** What arguments take, in words. */
export const argumentForms: Readonly<Record<ArgumentKind, string>> = {
  column: 'a column',
  columns: 'a column, or a list of them',
  values: 'a list',
  rows: 'a list of lists',
  bound: 'a number, a date or SQL',
  flag: '`true` or `false`',
  count: 'a whole number',
  number: 'a number',
  numbers: 'a list of numbers',
  text: 'text',
  texts: 'text, or a list of it',
  choice: 'a word',
  expression: 'SQL',
  expressions: 'SQL, or a list of it',
  tolerance: 'a number, or a percentage: `5 %`',
  relation: "`ref('x')`, `source('g', 't')`",
  mapping: 'a mapping',
}
