import { define } from '../define.ts'

/** What is wrong with words about quality. Codes are permanent: a published one is never renamed or reused. */
export const qualityCodes = {
  'quality-unknown': define<{ word: string; similar: string | undefined; of: 'assertion' | 'model or assertion' }>({
    severity: 'error',
    message: (p) => `there is no ${p.of} \`${p.word}\` in this project`,
    label: () => 'not known',
    help: (p) => [
      p.similar ? `one with a similar name exists: ${p.similar}` : '`elt ls --resource-type test` lists the assertions',
    ],
    explain:
      '`elt quality` takes the name of a model, or an assertion: its id as `elt ls --resource-type test` prints it ' +
      '(`analytics.routes.unique_key(origin, destination)`), or what stands behind the model in it where no other assertion has that name.',
  }),
  'quality-ambiguous': define<{ word: string; ids: readonly string[] }>({
    severity: 'error',
    message: (p) => `${p.ids.length} assertions are called \`${p.word}\``,
    label: () => 'one of several',
    notes: (p) => p.ids,
    help: () => ['name one by its id'],
    explain:
      'Assertions are told apart by their ids, which begin with the model they judge. A name alone is enough where only one has it.',
  }),
  'acknowledge-incomplete': define<{ missing: readonly string[]; example: string }>({
    severity: 'error',
    message: (p) => `an acknowledgement needs ${p.missing.map((option) => `\`${option}\``).join(' and ')}`,
    why: () => 'a failure that is silent for ever, and nobody knows why, is worse than one that is told',
    notes: () => ['nothing was acknowledged'],
    help: (p) => [p.example],
    explain:
      '`elt quality ack <assertion>` says why a failure is known (`--reason`) and the last day on which that holds (`--until`), so that ' +
      'it comes back by itself. What is said of single partitions (`--partition`, `--from` and `--to`) may do without an end.',
  }),
  'acknowledge-partitions': define<{ name: string; text: string; unit: string | undefined }>({
    severity: 'error',
    message: (p) =>
      p.unit === undefined
        ? `${p.name} judges all rows together: it has no partition ${p.text}`
        : `${p.text} is no partition that ${p.name} judges: its model is cut by the ${p.unit}`,
    label: () => 'no partition of it',
    notes: () => ['nothing was changed'],
    help: (p) => [p.unit === undefined ? 'leave the partition out' : 'name one as `elt explain <model>` does'],
    explain:
      'An assertion of a partitioned model judges each partition by itself, unless its `scope` is the table. Only then can what it finds in ' +
      'some partitions be acknowledged by itself.',
  }),
  'acknowledgement-missing': define<{ name: string; partitions: string | undefined }>({
    severity: 'error',
    message: (p) => `nothing is acknowledged of ${p.name}${p.partitions ? ` in ${p.partitions}` : ''}`,
    notes: () => ['nothing was changed'],
    help: () => ['`elt quality` shows what is'],
    explain:
      '`elt quality ack <assertion> --withdraw` ends what was acknowledged. What has not been acknowledged, or was withdrawn before, cannot be.',
  }),
}
