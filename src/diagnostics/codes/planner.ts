import { define } from '../define.ts'

/** `the code of a and b, the rows of c and 3 more`: what a saved plan was made from. */
function movedText(
  moved: readonly { readonly node: string; readonly what: 'code' | 'rows' | 'place' | 'unknown' }[],
): string {
  const most = 3
  const said = moved.slice(0, most).map(({ node, what }) => {
    if (what === 'place') return `\`${node}\` is now read from elsewhere`
    return what === 'unknown' ? `\`${node}\` is no longer a model` : `the ${what} of \`${node}\` changed`
  })
  return [...said, ...(moved.length > most ? [`${moved.length - most} more`] : [])].join(', ')
}

/** What can go wrong in the stage `planner`. Codes are permanent: a published one is never renamed or reused. */
export const plannerCodes = {
  'begin-required': define<{ model: string; unit: string }>({
    severity: 'error',
    message: (p) => `${p.model} does not say with which ${p.unit} it begins`,
    label: () => 'partitioned, and nothing here gives it a first partition',
    why: () =>
      'a partitioned model begins with the files or models that it reads through partition_filter(); a model of nothing else but tables that something else loads needs `begin`',
    notes: () => ['nothing was built'],
    help: (p) => [
      `add \`begin='${{ hour: '2024-01-01T00', month: '2024-01', year: '2024' }[p.unit] ?? '2024-01-01'}'\` to its config()`,
    ],
    explain:
      'A partitioned model has a first and a last partition. By default they are the first and the last that its upstreams or its source’s dated files cover completely. A model that reads no upstream through `partition_filter()` has nothing to take them from, so its config must say `begin` (and may say `end`, the partition after the last). Without `end` it goes on to the last complete partition before the clock.',
  }),
  'invalid-partition': define<{ option: string; text: string }>({
    severity: 'error',
    message: (p) => `${p.option} ${p.text || "''"} is no date`,
    notes: () => ['nothing was built'],
    help: (p) => [
      `write a date that the calendar has: \`${p.option} 2013-01-31\`, \`${p.option} 2013-01\` or \`${p.option} 2013\``,
    ],
    explain:
      'Partitions are named by dates: `2013-01-31` for a day, `2013-01` for a month, `2013` for a year, `2013-01-31T05` for an hour in UTC. `--partition` takes every partition inside the period that the text names; `--from` is its first moment, `--to` the first moment after the window. Days, months and years are those of the zone of each model: of a model of hours, `--partition 2013-01-31` takes the hours of that local day.',
  }),
  'reversed-window': define<{ from: string; to: string }>({
    severity: 'error',
    message: (p) => `the window from ${p.from} to ${p.to} is empty`,
    why: () => '`--to` is exclusive: the window ends just before it',
    notes: () => ['nothing was built'],
    help: (p) => [
      p.from === p.to
        ? `\`--partition ${p.from}\` builds ${p.from} alone`
        : `\`--from ${p.to} --to ${p.from}\` builds what lies between`,
    ],
    explain:
      '`--from` and `--to` name a half-open window: `--from 2013-01-01 --to 2013-02-01` is January. A window whose end is not after its start holds no partition, which is always a mistake.',
  }),
  'window-and-partition': define<{ option: string }>({
    severity: 'error',
    message: (p) => `--partition and ${p.option} cannot be used together`,
    notes: () => ['nothing was built'],
    help: (p) => [`leave out \`--partition\` or \`${p.option}\``],
    explain: '`--partition` names one period and `--from`/`--to` a window; together they would contradict each other.',
  }),
  'window-outside': define<{ window: string; model: string; range?: { first: string; last: string } | undefined }>({
    severity: 'error',
    message: (p) => `no selected model has a partition in ${p.window}`,
    why: (p) =>
      p.range
        ? `${p.model} has the partitions ${p.range.first} to ${p.range.last}`
        : `${p.model} has none: what it reads covers no whole partition yet`,
    notes: () => ['nothing was built'],
    help: (p) => [
      p.range
        ? `choose a date from ${p.range.first} to ${p.range.last}, or change \`begin\` and \`end\` of the model`
        : 'set `begin` in the model to take in a partition that its inputs cover only in part',
    ],
    explain:
      'The window asked for lies before the first or after the last partition of every selected model. Partitions run from `begin` to `end`, by default from the first to the last that the upstreams or the source’s files cover completely.',
  }),
  'window-not-due': define<{ window: string; model: string; due: string }>({
    severity: 'error',
    message: (p) => `no partition in ${p.window} is due yet`,
    why: (p) => `a partition is due when it has ended and everything it reads has ended; of ${p.model} ${p.due}`,
    notes: () => ['nothing was built'],
    help: () => [
      'wait until the partition has ended, or set `allow_partial=true` in the model to build the one that the clock is in',
    ],
    explain:
      'A partition is built when its own end and the end of every upstream partition that it reads lie at or before the clock; earlier it would be built from half of its rows. `allow_partial` includes the partition that the clock is in, and builds it once more when it has ended.',
  }),
  'full-refresh-window': define<{ option: string }>({
    severity: 'error',
    message: (p) => `--full-refresh and ${p.option} cannot be used together`,
    why: () => 'a table that is built from nothing has no rows outside of the window: they would be lost',
    notes: () => ['nothing was built'],
    help: (p) => [
      `leave out \`${p.option}\` to build everything from nothing`,
      `or build some partitions again in place: \`--force\` with \`${p.option}\``,
    ],
    explain:
      '`--full-refresh` fills a new table aside with everything that is due, and puts it in the place of the old one. With a window it ' +
      'would hold that window alone, and the history outside of it would be gone. `--force` builds a window again and leaves the rest.',
  }),
  'refresh-loses-rows': define<{ model: string; partitions: string; rows: number; why: string }>({
    severity: 'error',
    message: (p) => `--full-refresh would lose rows of ${p.model} (${p.partitions})`,
    why: (p) => p.why,
    notes: (p) => [
      `up to ${p.rows} published ${p.rows === 1 ? 'row' : 'rows'} could not be built again`,
      'nothing was built',
    ],
    help: () => [
      'bring back what is missing, or build only what can be built again: `--force` with `--from` and `--to`',
      'to let these rows go: `--full-refresh --yes`',
    ],
    explain:
      'A full refresh keeps nothing of the old table. Some of its partitions cannot be built any more: files or upstream partitions ' +
      'they were built from are gone, or they lie outside of what is due now. Their rows would be lost for good, so that it takes ' +
      '`--yes` to do it.',
  }),
  'model-renamed': define<{
    model: string
    former: string | undefined
    relation: string
    partitions?: number
    rows: number
    alias: string | undefined
    name: string
  }>({
    severity: 'warning',
    message: (p) =>
      p.former === undefined
        ? `${p.model} is stored elsewhere now, and its rows are still in ${p.relation}`
        : `${p.model} is new, and has the code of ${p.former}, which is no model any more`,
    label: () => 'is built from nothing, as it stands',
    why: (p) => {
      const held =
        p.partitions === undefined ? '' : `${p.partitions} ${p.partitions === 1 ? 'partition' : 'partitions'} with `
      return `elt knows tables by their names: it would not look for rows in ${p.relation}, which holds ${held}${p.rows} ${p.rows === 1 ? 'row' : 'rows'}`
    },
    help: (p) => [
      ...(p.alias === undefined
        ? []
        : [`to keep them where they are: \`{{ config(alias='${p.alias}') }}\`, then: elt adopt --select ${p.model}`]),
      `${p.alias === undefined ? 'to keep them,' : 'or'} rename the table in the warehouse to ${p.name}, then: elt adopt --select ${p.model}`,
      'to build it from nothing, run it; `elt gc` drops the old table afterwards',
    ],
    explain:
      'The name of a model’s file, its alias and its layer decide which table its rows are in. A table of another name is another table, so that a renamed model is built from nothing, whatever that costs, while the old table stays as it is. ' +
      'With `alias` the model goes on where it was; where the table shall have the new name, rename it with the warehouse’s own means. Either way `elt adopt` then takes the rows over as they are.',
  }),
  'rows-of-another': define<{ model: string; former: string; relation: string; rows: number; isHistory: boolean }>({
    severity: 'error',
    message: (p) => `${p.relation} holds rows of ${p.former}, and ${p.model} is stored there now`,
    why: (p) =>
      `some of ${p.rows === 1 ? 'its row' : `its ${p.rows} rows`} would stay beside those of ${p.model}, or be there twice`,
    notes: () => ['nothing was built'],
    help: (p) => [
      `if these are the rows of ${p.model}, because it was renamed: elt adopt --select ${p.model}`,
      ...(p.isHistory ? [] : [`to replace them all: elt run --select ${p.model} --full-refresh`]),
      'else give the model another name or alias',
    ],
    explain:
      'Incremental models and histories replace or add some rows of their table and leave the others. What a model of another name has built in this table would be taken for rows of this one. Only a person knows whether they are: `elt adopt` says so, and `--full-refresh` builds the table anew.',
  }),
  'window-unused': define<{ option: string }>({
    severity: 'warning',
    message: (p) => `${p.option} has no effect: no selected model is partitioned`,
    explain:
      '`--from`, `--to` and `--partition` choose partitions. Tables, views and other models without `partition_by` are built whole, whatever the window.',
  }),
  'partitioning-changed': define<{ model: string; was: string; is: string; relation: string }>({
    severity: 'error',
    message: (p) => `the partitions of ${p.model} have changed`,
    label: (p) => `is ${p.is}, was built ${p.was}`,
    why: () => 'partitions of the old kind would stay beside the new ones: rows would be doubled or lost',
    notes: (p) => [`the relation ${p.relation} and its record were not changed`],
    help: (p) => [
      'set `partition_by` back to what it was, or give the model another name',
      `to build it from nothing in its new partitions: \`elt run --select ${p.model} --full-refresh\``,
    ],
    explain:
      'The column, unit or time zone of `partition_by`, or whether the model is partitioned at all, differs from what its relation was built with. Replacing single partitions cannot turn one into the other. `--full-refresh` builds all of it aside and then puts it in the place of the old table.',
  }),
  'plan-malformed': define<{ path: string; detail: string }>({
    severity: 'error',
    message: (p) => `${p.path} is no plan: ${p.detail}`,
    notes: () => ['nothing was built'],
    help: (p) => [`make a new one: elt plan --output json > ${p.path}`],
    explain:
      'A saved plan is what `elt plan --output json` printed, unchanged. A plan of another version of elt may have another form. `elt schema plan` prints the form that this version reads.',
  }),
  'plan-foreign': define<{ path: string; what: 'project' | 'target'; of: string; here: string }>({
    severity: 'error',
    message: (p) => `${p.path} is a plan of the ${p.what} ${p.of}, and this is the ${p.what} ${p.here}`,
    notes: () => ['nothing was built'],
    help: (p) => [
      p.what === 'target'
        ? `run it there: --target ${p.of}; or make one for ${p.here}: elt plan --output json > ${p.path}`
        : 'run it in its own project, or make one here: elt plan --output json > plan.json',
    ],
    explain:
      'A plan names partitions, versions and files of one project in one target. Elsewhere it would build something else than it says.',
  }),
  'plan-stale': define<{
    path: string
    moved: readonly { readonly node: string; readonly what: 'code' | 'rows' | 'place' | 'unknown' }[]
  }>({
    severity: 'error',
    message: (p) => `${p.path} is no longer true: ${movedText(p.moved)}`,
    why: () => 'a saved plan is run as it was read, or not at all',
    notes: () => ['nothing was built'],
    help: (p) => [`make a new one, with the options of the first: elt plan --output json > ${p.path}`],
    explain:
      'A plan was made from the code of its models, and from the rows that these and their direct upstreams had. When either has moved since (an edit, another run, also a run of the plan itself), partitions might be built that need not be, or others be left out. `elt run --plan` refuses such a plan; a plan made anew says what there is to do now.',
  }),
  'append-forced': define<{ model: string }>({
    severity: 'error',
    message: (p) => `${p.model} appends, and what it appended cannot be built again`,
    why: () => 'the rows that are there stay, so building a partition again would add them a second time',
    notes: () => ['nothing was built'],
    help: (p) => [
      `leave it out: \`--exclude ${p.model}\``,
      "to be able to build partitions again, use strategy='replace_partition', or 'merge' with unique_key",
    ],
    explain:
      'A model with `strategy: append` builds each partition once; a table without partitions gets what its SELECT returns each time ' +
      'there is a reason. `--force` would add the same rows again, so it is refused for them. Drop the table to build all of it anew.',
  }),
  'rows-would-be-lost': define<{ model: string; partitions: string; count: number; rows: number; source: string }>({
    severity: 'error',
    message: (p) => `rebuilding ${p.model} ${p.partitions} would lose rows whose input is gone`,
    label: (p) => `reads ${p.source}`,
    why: () =>
      'absence is never a change: what was built from an input that is gone stays until a person says otherwise',
    notes: (p) => [
      `up to ${p.rows} published ${p.rows === 1 ? 'row' : 'rows'} in ${p.count} ${p.count === 1 ? 'partition' : 'partitions'} were built with files or partitions of ${p.source} that are no longer there`,
      'nothing was built',
    ],
    help: () => [
      'bring the input back, leave these partitions out of the window, or confirm the loss with `--force --yes`',
    ],
    explain:
      'A partition was built from files or upstream partitions that have since been deleted. Building it again reads what is left, so the rows that came from the deleted input would disappear. `--force` rebuilds it only together with `--yes`.',
  }),
}
