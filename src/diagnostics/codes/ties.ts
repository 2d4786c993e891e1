import { define } from '../define.ts'

/** What keeps a relation from being altered or made again. Codes are permanent: a published one is never renamed or reused. */
export const tieCodes = {
  'dependent-objects': define<{ model: string; dependents: readonly string[] }>({
    severity: 'error',
    message: (p) =>
      `the relation of ${p.model} has to change, and ${p.dependents.length === 1 ? 'something' : `${p.dependents.length} things`} that elt did not make ${p.dependents.length === 1 ? 'depends' : 'depend'} on it`,
    why: () => 'nothing is ever dropped with CASCADE: what somebody else made would be lost',
    notes: (p) => [...p.dependents, `nothing was changed: ${p.model} keeps the rows and columns it had`],
    help: () => ['drop them, run again, and make them again'],
    explain:
      'Views bind to the tables and views that they read. When a relation gets other columns it is altered or made again, and what is bound to it must be dropped before and made again after. `elt` does that with its own views, in the same transaction. Views, rules, triggers, policies, functions and foreign keys of others stop it.',
  }),
  'view-unbound': define<{ model: string; view: string; detail: string; drop: string }>({
    severity: 'error',
    message: (p) => `the view ${p.view} does not fit the new columns of ${p.model}: ${p.detail}`,
    notes: (p) => [`nothing was changed: ${p.model} keeps the rows and columns it had`],
    help: (p) => [
      `change what the view reads; where its model was changed to fit, build both in one run, or drop the old view: ${p.drop}`,
    ],
    explain:
      'A relation got other columns, and views of this project are bound to it. They are dropped, and made again in the transaction that publishes the relation: as they were, or, if they are built in the same run, as their models say by now. One of them names a column that is no longer there, or of another type, so nothing was published.',
  }),
}
