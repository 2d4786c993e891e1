import { define } from '../define.ts'
import { badRows, keeps, unchanged } from './runner.ts'

/** What is wrong with words about quality. Codes are permanent: a published one is never renamed or reused. */
export const qualityCodes = {
  'assertion-acknowledged': define<{
    readonly name: string
    readonly node: string
    readonly failures: number
    /** Rows judged; undefined: nobody knows. */
    readonly rows: number | undefined
    /** What was measured, in words; undefined: rows were counted. */
    readonly value?: string | undefined
    readonly isEmpty?: boolean
    readonly partitions: string | undefined
    readonly sample: readonly string[]
    /** It judged staged rows, which were therefore not published. */
    readonly blocking: boolean
    /** Who knows of it, why, and until when. */
    readonly by: string
  }>({
    severity: 'warning',
    message: (p) =>
      `${p.name} failed on ${p.node}: ${badRows(p)}${p.partitions ? ` in ${p.partitions}` : ''}, which is acknowledged`,
    notes: (p) => [
      `acknowledged ${p.by}`,
      ...p.sample.map((row) => `row: ${row}`),
      ...(p.blocking ? [p.partitions ? keeps(p.node, p.partitions) : unchanged(p.node)] : []),
    ],
    explain:
      'An assertion failed, and somebody has said with `elt quality ack` that this is known. It is told, and makes no run fail until the ' +
      'acknowledgement ends or is withdrawn. Rows that fail a blocking assertion are still not published: to know of bad rows is not to ' +
      'call them good. Who wants readers to have them says `severity: warn`, or `error_if`, at the assertion.',
  }),
  'still-acknowledged': define<{
    readonly model: string
    readonly partitions: string | undefined
    readonly upstream: string | undefined
  }>({
    severity: 'warning',
    message: (p) => {
      const which = `${p.model}${p.partitions ? ` (${p.partitions})` : ''}`
      return p.upstream === undefined
        ? `${which} is held back by a failure that is acknowledged`
        : `${which} waits for ${p.upstream}, which is held back by a failure that is acknowledged`
    },
    notes: (p) => [p.partitions ? keeps(p.model, p.partitions) : unchanged(p.model)],
    help: (p) => [`what is known of it: elt quality ${p.upstream ?? p.model}`],
    explain:
      'Rows failed a blocking assertion, and somebody has acknowledged that with `elt quality ack`. The partition is not published, and ' +
      'what reads it for the first time waits, but no run fails by it until the acknowledgement ends.',
  }),
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
  'nothing-by-partition': define<{ option: string }>({
    severity: 'error',
    message: (p) => `${p.option} leaves nothing to judge: no selected assertion judges partitions by themselves`,
    help: () => ['leave it out, or select assertions of models with `partition_by`'],
    explain:
      'With `--from`, `--to` or `--partition`, `elt test` judges these partitions only, by the assertions that judge each partition by itself: ' +
      'those of partitioned models, but for the ones with `scope: table` or `scope: last …`. What judges tables as a whole is left out.',
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
