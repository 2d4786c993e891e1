import { define } from '../define.ts'

/** What can go wrong with targets that read what another one has built. Codes are permanent: a published one is never renamed or reused. */
export const deferCodes = {
  'defer-apart': define<{ target: string; other: string; difference: string }>({
    severity: 'error',
    message: (p) => `${p.target} cannot read what ${p.other} has built: ${p.difference}`,
    why: () => 'one connection reads one database',
    notes: () => ['nothing was changed'],
    help: () => [
      'keep both targets in one database, in schemas of their own: `schema: "{layer}_{{ env_var(\'USER\') }}"`',
      'or remove `defer_to`, and build what is read: elt run --select +<model>',
    ],
    explain:
      '`defer_to:` of a target names another one, whose relations are read in the place of models that are not selected and do not exist here. Both must be reached through one connection: the same engine, and the same database of a server or the same file.',
  }),
  'defer-same-schemas': define<{ target: string; other: string; schema: string }>({
    severity: 'error',
    message: (p) => `${p.target} defers to ${p.other}, and stores its models in the very same place, ${p.schema}`,
    why: () => 'a run would write what it is meant to read',
    notes: () => ['nothing was changed'],
    help: (p) => [`give ${p.target} schemas of its own: \`schema: "{layer}_{{ env_var('USER') }}"\``],
    explain:
      'A target with `defer_to:` reads another one’s relations and writes its own. With one pattern of `schema:` for both, every model is stored by both under one name, and a run of the first would overwrite what the second has.',
  }),
}
