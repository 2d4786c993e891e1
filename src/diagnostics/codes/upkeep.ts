import { define } from '../define.ts'

const counted = (value: number, noun: string): string => `${value} ${noun}${value === 1 ? '' : 's'}`

/** Tables that stand: taken over, verified, tidied up. */
export const upkeepCodes = {
  'adopt-refused': define<{
    readonly model: string
    readonly relation: string
    readonly because: string
    readonly help: string
  }>({
    severity: 'error',
    message: (p) => `${p.relation} cannot be adopted as ${p.model}: ${p.because}`,
    why: () => 'to adopt a table is to say that its rows are right as they are, as if the model had built them',
    notes: (p) => [`${p.relation} and its record were not changed`],
    help: (p) => [p.help],
    explain:
      'An adopted table is taken for what its model would have built: it must have the model’s columns, hold each row in a partition of the model, and belong to no other project. What does not fit has to be mended first, or the model be built from nothing under another name.',
  }),
  'relation-needed': define<{ readonly relation: string; readonly dependents: readonly string[] }>({
    severity: 'error',
    message: (p) =>
      `${p.relation} was not dropped: ${p.dependents.join(', ')} ${p.dependents.length === 1 ? 'depends' : 'depend'} on it`,
    why: () => 'nothing is dropped that something else would go with',
    notes: (p) => [`${p.relation} and its record were not changed`],
    help: (p) => [`drop or change ${p.dependents.join(', ')} first, then run the command again`],
    explain:
      'Something that elt did not make, or that is still wanted, was made upon the relation. The engine would drop both or neither, and elt never drops what it does not own.',
  }),
  'drop-unconfirmed': define<{ readonly relations: readonly string[]; readonly rows: number }>({
    severity: 'error',
    message: (p) =>
      `${counted(p.relations.length, 'table')} that ${p.relations.length === 1 ? 'holds' : 'hold'} ${counted(p.rows, 'row')} would be dropped: ${p.relations.join(', ')}`,
    why: () => 'no model would build these rows again',
    notes: () => ['nothing was dropped'],
    help: () => [
      'to drop them: `elt gc --yes`',
      'to keep a table, bring its model back, or rename it in the warehouse',
    ],
    explain:
      'The models of these tables were removed from the project or are stored elsewhere now. Their rows are the only ones there are, so `elt gc` asks on a terminal, and elsewhere wants `--yes`.',
  }),
  'loss-declined': define<Record<string, never>>({
    severity: 'error',
    message: () => 'these rows stay, so nothing was built',
    help: () => ['leave the models out of the selection, or let the rows go: --yes'],
    explain:
      'What was asked for would have lost rows that nothing can bring back. The question was not answered with yes, so that nothing was built at all.',
  }),
  'rows-edited': define<{
    readonly model: string
    readonly relation: string
    readonly partitions: string | undefined
    readonly count: number
    readonly commands: readonly string[]
  }>({
    severity: 'error',
    message: (p) =>
      `${p.relation} does not hold the rows that elt published${p.partitions === undefined ? '' : `: ${p.partitions}`}`,
    why: () => 'count or checksum differ from the record: somebody else wrote into the table',
    notes: () => ['nothing was changed'],
    help: (p) => [
      `to build ${p.count === 1 ? 'it' : 'them'} again: ${p.commands.map((one) => `\`${one}\``).join(', ')}`,
    ],
    explain:
      'The ledger keeps the number and a checksum of the rows of each partition that was published. `elt debug --verify` compares them with the table. A partition that differs was changed by other means; what was built from it may rest on either. Build it again with `--force`, or keep the change by making it in the model.',
  }),
  'rows-unpublished': define<{
    readonly model: string
    readonly relation: string
    readonly where: string
    readonly rows: number
  }>({
    severity: 'error',
    message: (p) => `${p.relation} holds ${counted(p.rows, 'row')} that elt never published: ${p.where}`,
    notes: () => ['nothing was changed'],
    help: (p) => [`delete ${p.rows === 1 ? 'it' : 'them'}, or let ${p.model} build the partitions`],
    explain:
      'Rows lie in partitions of which the ledger has no published rows: they were never built, were dropped by their age, or have no partition at all. Somebody else wrote them; nothing of elt will replace them until their partition is built.',
  }),
  'relation-lost': define<{ readonly model: string; readonly relation: string }>({
    severity: 'error',
    message: (p) => `${p.relation}, where ${p.model} was published, is no longer there`,
    notes: () => ['the ledger still knows what it held'],
    help: (p) => [`to build it again: \`elt run --select ${p.model}\``],
    explain:
      'The relation was dropped or renamed by other means than elt. The next run builds all of it again, as `relation-missing`.',
  }),
}
