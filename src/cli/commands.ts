import type { Context } from './context.ts'
import { kindOptions, type OptionName, selectingOptions, windowOptions } from './options.ts'

/** A command as the command line and its help know it; the code behind it is loaded when it runs. */
export interface CommandDefinition {
  /** One line, for the list of commands. */
  readonly summary: string
  /** What to know before using it, below the usage line. */
  readonly description: string
  /** Words behind the command, as in the usage line: `<code>`; in brackets when optional. */
  readonly argument?: string
  /** How many words those are at most; 1 where `argument` is given. */
  readonly mostWords?: number
  readonly options: readonly OptionName[]
  /** Command lines that work in the sample project, with what they do. */
  readonly examples: readonly (readonly [line: string, does: string])[]
  readonly load: () => Promise<{ readonly execute: (context: Context) => Promise<number> }>
}

const everywhere: readonly OptionName[] = ['output', 'no-color', 'debug', 'help']
const inProject: readonly OptionName[] = ['project-dir', 'target', 'vars', 'untrusted', ...everywhere]
const planning: readonly OptionName[] = [...selectingOptions, ...windowOptions, 'yes']
const executing: readonly OptionName[] = [
  'plan',
  'junit',
  'threads',
  'fail-fast',
  'warn-error',
  'no-bind',
  'wait',
  'no-wait',
  'retries',
]

const catalogue = {
  build: {
    summary: 'build what is due, and assert it',
    description:
      'Builds every partition that is due and missing, or whose inputs or code changed, with its assertions.\nA second build has nothing to do.',
    options: [...planning, ...kindOptions, ...executing, ...inProject],
    examples: [
      ['elt build', 'everything that is due'],
      ['elt build --select analytics+', 'a layer and what reads it'],
      ['elt build -s daily_carrier_delays --from 2013-01-01 --to 2013-02-01', 'one month of one model'],
    ],
    load: () => import('./commands/build.ts'),
  },
  run: {
    summary: 'build what is due, with blocking assertions only',
    description: 'As build, without the assertions that judge published tables.',
    options: [...planning, ...executing, ...inProject],
    examples: [
      ['elt run --select analytics+', 'a layer and what reads it'],
      ['elt run -s flight_status --partition 2013-12-30 --force', 'one partition again'],
      ['elt run -s airport_weather --rebuild older-code', 'what older code built'],
      ['elt run --plan plan.json', 'exactly what a saved plan says'],
    ],
    load: () => import('./commands/run.ts'),
  },
  plan: {
    summary: 'show what run would build, and why',
    description: 'Lists every partition that would be built, with the reason. Changes nothing.',
    options: [...planning, 'warn-error', ...inProject],
    examples: [
      ['elt plan', 'what is due now'],
      ['elt plan --select analytics+ --now 2013-12-31', 'as if it were that day'],
      ['elt plan --output json > plan.json', 'for machines, and for elt run --plan plan.json'],
    ],
    load: () => import('./commands/plan.ts'),
  },
  seed: {
    summary: 'load the CSV files of data/seeds that changed',
    description:
      'Builds seeds, tables of the rows of CSV files, with the assertions that stop them; as build does with everything else.',
    options: [
      ...selectingOptions,
      'force',
      'full-refresh',
      'yes',
      'threads',
      'fail-fast',
      'warn-error',
      'wait',
      'no-wait',
      'retries',
      'junit',
      ...inProject,
    ],
    examples: [
      ['elt seed', 'what changed'],
      ['elt seed --select countries --force', 'one of them again'],
    ],
    load: () => import('./commands/seed.ts'),
  },
  test: {
    summary: 'run unit tests, and assert published tables',
    description:
      'Runs the unit tests of the selected models on rows of their own, and their assertions on what is published now. Builds\nnothing. Unit tests alone need no warehouse, of an engine that runs in this process. With --from, --to or --partition only\nassertions that judge partitions by themselves, on these; it is a look, and the ledger is told nothing of what it finds.',
    options: [
      ...selectingOptions,
      ...kindOptions,
      'from',
      'to',
      'partition',
      'watch',
      'threads',
      'fail-fast',
      'warn-error',
      'wait',
      'no-wait',
      'retries',
      'junit',
      ...inProject,
    ],
    examples: [
      ['elt test', 'every unit test and every assertion'],
      ['elt test --select flights', 'those of one model'],
      ['elt test --select flights --from 2013-02-01 --to 2013-03-01', 'those of some of its partitions'],
      ['elt test --select test_type:unit --watch', 'unit tests, again whenever what they test changes'],
      ['elt test --junit target/junit.xml', 'with a report for continuous integration'],
    ],
    load: () => import('./commands/test.ts'),
  },
  freshness: {
    summary: 'say how old sources and models are',
    description:
      'Looks at every source and model with `freshness`: at the newest row, file or partition, and whether it is too old. Ends with\n1 where something is, and writes target/sources.json.',
    options: [...selectingOptions, 'now', 'yes', ...inProject],
    examples: [
      ['elt freshness', 'everything that says how old it may be'],
      ['elt freshness --select source:files', 'the sources of one group'],
    ],
    load: () => import('./commands/freshness.ts'),
  },
  source: {
    summary: "dbt's source freshness: elt freshness, of sources alone",
    description: 'As elt freshness, of sources alone.',
    argument: 'freshness',
    options: [...selectingOptions, 'now', 'yes', ...inProject],
    examples: [['elt source freshness', 'how old sources are']],
    load: () => import('./commands/freshness.ts'),
  },
  ls: {
    summary: 'list models',
    description:
      'Lists the selected models with their layer, form and path; with --resource-type also assertions, sources and exposures.\nNeeds no warehouse.',
    options: [...selectingOptions, ...kindOptions, 'output-keys', ...inProject],
    examples: [
      ['elt ls', 'every model'],
      ['elt ls --select +carrier_delay_28d', 'a model and what it reads'],
      ['elt ls --resource-type test --select flights', 'the assertions of a model'],
      ['elt ls --select state:modified+ --state main', 'what a branch changes, and what reads it'],
    ],
    load: () => import('./commands/ls.ts'),
  },
  compile: {
    summary: 'write the SQL of models to target/compiled',
    description:
      'Compiles the project and writes the SQL of each selected model, complete for its newest due partition\n(or --partition), to target/compiled. With one model selected it is printed, too.\nThe engine looks for mistakes in the SQL of all of them, without reading a row.',
    options: [...selectingOptions, 'partition', 'now', 'yes', 'warn-error', 'no-bind', ...inProject],
    examples: [
      ['elt compile', 'check the project'],
      ['elt compile --select daily_carrier_delays --partition 2013-07-04', 'the SQL of one partition'],
    ],
    load: () => import('./commands/compile.ts'),
  },
  show: {
    summary: 'print rows of a model or a query',
    description:
      'Runs a model’s SQL for its newest due partition (or --partition), or a query of your own. Writes nothing.',
    options: ['select', 'inline', 'limit', 'partition', 'now', 'yes', ...inProject],
    examples: [
      ['elt show --select daily_carrier_delays --limit 5', 'the newest rows of a model'],
      [`elt show --inline "select count(*) as n from {{ ref('flights') }}"`, 'a query'],
    ],
    load: () => import('./commands/show.ts'),
  },
  adopt: {
    summary: 'take over tables that elt did not make',
    description:
      'Records the tables that stand where models are stored as if the models had built them from what can be read now: their\nrows are right as they are, and nothing is built again until an input or the code changes.',
    options: [...selectingOptions, 'now', 'yes', 'dry-run', 'wait', 'no-wait', 'retries', ...inProject],
    examples: [
      ['elt adopt --dry-run', 'what would be recorded'],
      ['elt adopt --select analytics', 'the tables of a layer'],
    ],
    load: () => import('./commands/adopt.ts'),
  },
  gc: {
    summary: 'drop what no model is stored in any more',
    description:
      'Drops relations that elt made and whose models are gone, and what runs that died left aside; never what somebody else\nmade, or what that is made upon. Asks before rows go.',
    options: ['yes', 'dry-run', 'wait', 'no-wait', 'retries', ...inProject],
    examples: [['elt gc --dry-run', 'what would be dropped']],
    load: () => import('./commands/gc.ts'),
  },
  retain: {
    summary: 'drop what is older than it is kept',
    description:
      'Drops partitions that are older than the `retention` of their model, and tables and views of layers with `expires_after`\nthat were not built for so long. What was built from them stays as it is.',
    options: [...selectingOptions, 'now', 'yes', 'dry-run', 'wait', 'no-wait', 'retries', ...inProject],
    examples: [
      ['elt retain --dry-run', 'what would be dropped'],
      ['elt retain --select layer:adhoc', 'in one layer'],
    ],
    load: () => import('./commands/retain.ts'),
  },
  quality: {
    summary: 'show what assertions found over time, and acknowledge what is known',
    description:
      'Shows the state of every model: which assertions fail, since when, and what was acknowledged; of one model or assertion, how\nits values went, and the rows that failed last. `ack` says that a failure is known: it is told as such and fails no run until\nthen; rows that fail a blocking assertion are still not published. Reads the ledger only.',
    argument: '[model | assertion | ack <assertion>]',
    mostWords: 2,
    options: [
      ...selectingOptions,
      'until',
      'reason',
      'withdraw',
      'from',
      'to',
      'partition',
      'limit',
      'wait',
      'no-wait',
      ...inProject,
    ],
    examples: [
      ['elt quality', 'the state of every model'],
      ['elt quality flights', 'how the assertions of a model went'],
      [
        `elt quality ack 'flights.row_count(1…)' --until 2030-12-31 --reason "the airport was closed"`,
        'a failure that is known',
      ],
      [
        `elt quality ack 'flights.row_count(1…)' --partition 2013-02-09 --reason "a storm"`,
        'what is known of one partition',
      ],
      [`elt quality ack 'flights.row_count(1…)' --withdraw`, 'and is not any more'],
    ],
    load: () => import('./commands/quality.ts'),
  },
  debug: {
    summary: 'check the project and the connection',
    description:
      'Reads the project, compiles it and opens the warehouse, and says what it found. With --verify it looks for rows that\nsomebody else has changed, and says what builds them again.',
    options: [...selectingOptions, 'verify', ...inProject],
    examples: [
      ['elt debug', 'what elt sees'],
      ['elt debug --verify --select flights', 'whether a table still holds what was published'],
    ],
    load: () => import('./commands/debug.ts'),
  },
  explain: {
    summary: 'explain an error code, a model or a partition',
    description:
      'Of a code: why it is an error, and the way past it. Of a model, or of one partition of it: its version, what it was\nbuilt from, what a run would do with it and why, and its last attempts. Changes nothing.',
    argument: '[code | model [partition]]',
    mostWords: 2,
    options: ['now', 'yes', ...inProject],
    examples: [
      ['elt explain full-scan', 'why this is an error, and the way past it'],
      ['elt explain routes', 'what is known of a model'],
      ['elt explain daily_carrier_delays 2013-12-02', 'and of one of its partitions'],
      ['elt explain', 'all codes'],
    ],
    load: () => import('./commands/explain.ts'),
  },
  schema: {
    summary: 'print the JSON Schema of YAML files',
    description:
      'Prints the JSON Schema of project.yml, of properties files (models/**/*.yml) or of selectors.yml, by which editors complete\nand check them; or of the plans of elt plan --output json. Needs no project.',
    argument: '[project | properties | selectors | plan]',
    options: [...everywhere],
    examples: [
      ['elt schema', 'of project.yml'],
      ['elt schema properties > properties.schema.json', 'for an editor'],
    ],
    load: () => import('./commands/schema.ts'),
  },
  init: {
    summary: 'make a new project',
    description:
      'Writes a small project that builds at once, into a new or empty folder: around your own data files (--data), whose\ncolumns and types it finds, or with a week of sample orders. On a terminal it asks what no option answers.',
    argument: '[folder]',
    options: ['name', 'time-zone', 'data', 'adapter', 'yes', ...everywhere],
    examples: [
      ['elt init shop', 'in the folder shop'],
      ['elt init . --data data', 'around the files in ./data'],
      ['elt init shop --time-zone Asia/Seoul --yes', 'with the days of Seoul, without questions'],
    ],
    load: () => import('./commands/init.ts'),
  },
  clean: {
    summary: 'remove target/',
    description: 'Removes compiled SQL and results. The warehouse and its ledger stay.',
    options: ['project-dir', ...everywhere],
    examples: [['elt clean', 'remove target/']],
    load: () => import('./commands/clean.ts'),
  },
} as const satisfies Record<string, CommandDefinition>

export type CommandName = keyof typeof catalogue

export const commandDefinitions: Readonly<Record<CommandName, CommandDefinition>> = catalogue

export const commandNames = Object.keys(catalogue) as CommandName[]

export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(catalogue, name)
}

/** Designed commands that this version does not have. */
export const laterCommands: ReadonlySet<string> = new Set([
  'extract',
  'snapshot',
  'ci',
  'diff',
  'docs',
  'lineage',
  'format',
  'translate',
  'export',
])
