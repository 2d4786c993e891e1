/** An option of the command line. `text` takes one value, `count` a whole number from 1 (or `from`), `list` any number of words. */
export interface OptionDefinition {
  readonly type: 'boolean' | 'text' | 'count' | 'list'
  readonly short?: string
  /** Stands for the value in help: `<date>`. */
  readonly value?: string
  readonly help: string
  readonly choices?: readonly string[]
  /** Of a count: the least; default 1. */
  readonly from?: 0
  /** A use of it that works, shown when its value is missing. */
  readonly example?: string
}

const catalogue = {
  'project-dir': {
    type: 'text',
    value: '<folder>',
    help: 'the project (default: the folder with project.yml, here or above)',
    example: '--project-dir warehouse',
  },
  target: {
    type: 'text',
    short: 't',
    value: '<name>',
    help: 'where to run (default: default_target of project.yml)',
    example: '--target local',
  },
  vars: {
    type: 'list',
    value: '<key=value>',
    help: "values of vars: key=value, or YAML: '{key: value}'",
    example: '--vars country=KR',
  },
  threads: { type: 'count', value: '<n>', help: 'most batches at work at once', example: '--threads 4' },
  output: {
    type: 'text',
    value: '<form>',
    choices: ['text', 'json', 'sarif', 'github', 'name', 'path', 'selector'],
    help: 'what stdout carries: text (default) or json; where something is judged, also sarif or github',
    example: '--output json',
  },
  junit: {
    type: 'text',
    value: '<file>',
    help: "also write what was built and judged as JUnit's XML, for continuous integration",
    example: '--junit target/junit.xml',
  },
  'no-color': { type: 'boolean', help: 'no colours (also: NO_COLOR=1)' },
  untrusted: {
    type: 'boolean',
    help: 'run templates in a thread that finds no secret, in bounded time (as where CI is set)',
  },
  debug: { type: 'boolean', help: 'show stacks of internal errors' },
  help: { type: 'boolean', short: 'h', help: 'show this help' },
  select: {
    type: 'list',
    short: 's',
    value: '<selectors>',
    help: 'models by name, layer, path, tag:…; + adds what it reads or feeds',
    example: '--select analytics+',
  },
  exclude: {
    type: 'list',
    short: 'x',
    value: '<selectors>',
    help: 'leave these out of the selection',
    example: '--exclude adhoc',
  },
  selector: {
    type: 'text',
    value: '<name>',
    help: 'a selector of selectors.yml',
    example: '--selector nightly',
  },
  state: {
    type: 'text',
    value: '<revision or folder>',
    help: 'what state: and result: compare with: a git revision, or a folder with manifest.json',
    example: '--state main',
  },
  'indirect-selection': {
    type: 'text',
    value: '<mode>',
    choices: ['eager', 'cautious', 'buildable', 'empty'],
    help: 'which assertions ride along with what is selected (default eager: all that read any of it)',
    example: '--indirect-selection cautious',
  },
  'resource-type': {
    type: 'list',
    value: '<kinds>',
    help: 'only these: model, seed, test, unit_test, source, exposure, all',
    example: '--resource-type test',
  },
  'exclude-resource-type': {
    type: 'list',
    value: '<kinds>',
    help: 'all but these: model, seed, test, unit_test, source, exposure',
    example: '--exclude-resource-type test',
  },
  'output-keys': {
    type: 'list',
    value: '<keys>',
    help: 'with --output json: only these keys',
    example: '--output-keys id tags',
  },
  from: { type: 'text', value: '<date>', help: 'first partition', example: '--from 2013-01-01' },
  to: { type: 'text', value: '<date>', help: 'the partition after the last', example: '--to 2013-02-01' },
  partition: { type: 'text', value: '<date>', help: 'one partition', example: '--partition 2013-01-05' },
  force: { type: 'boolean', help: 'build the selected partitions again without any reason' },
  'full-refresh': {
    type: 'boolean',
    help: 'build the selected models from nothing, aside, and replace the old tables when all of it is well',
  },
  rebuild: {
    type: 'text',
    value: '<what>',
    choices: ['older-code'],
    help: 'older-code: also partitions that older code built',
    example: '--rebuild older-code',
  },
  now: {
    type: 'text',
    value: '<time>',
    help: 'plan as if it were this date or instant',
    example: '--now 2013-12-31',
  },
  yes: { type: 'boolean', help: 'confirm what would lose rows, or a --now in the future; of init: ask nothing' },
  'dry-run': { type: 'boolean', help: 'say what would be done, and change nothing' },
  verify: {
    type: 'boolean',
    help: 'compare the rows of every published partition with their record: one scan a relation',
  },
  'no-bind': {
    type: 'boolean',
    help: 'do not look for mistakes in the SQL of all models before anything is built',
  },
  'warn-error': { type: 'boolean', help: 'treat warnings as errors: those of the project before anything is built' },
  'fail-fast': { type: 'boolean', help: 'start nothing new after the first failure' },
  plan: {
    type: 'text',
    value: '<file>',
    help: 'run a saved plan, if nothing it was made from has moved',
    example: '--plan plan.json',
  },
  wait: { type: 'boolean', help: 'wait while another process holds the warehouse, or another run one of the models' },
  'no-wait': {
    type: 'boolean',
    help: 'do not wait for them, but end with exit code 3 and say who holds them (default)',
  },
  retries: {
    type: 'count',
    value: '<n>',
    from: 0,
    help: 'how often work is repeated that failed for a passing reason: a lost connection, a deadlock (default 3)',
    example: '--retries 5',
  },
  until: {
    type: 'text',
    value: '<date>',
    help: 'the last day on which a failure is acknowledged',
    example: '--until 2026-12-31',
  },
  reason: {
    type: 'text',
    value: '<text>',
    help: 'why a failure is known, for those who see it',
    example: '--reason "two carriers report late"',
  },
  withdraw: { type: 'boolean', help: 'end what was acknowledged' },
  watch: { type: 'boolean', help: 'stay, and judge what is touched whenever files of the project change' },
  limit: { type: 'count', value: '<n>', help: 'most rows shown (default 10)', example: '--limit 20' },
  inline: {
    type: 'text',
    value: '<sql>',
    help: 'a query with ref() and source() instead of a model; @file reads it from there',
    example: '--inline "select count(*) from {{ ref(\'flights\') }}"',
  },
  name: { type: 'text', value: '<name>', help: 'name of the project (default: the folder’s)', example: '--name shop' },
  'time-zone': {
    type: 'text',
    value: '<zone>',
    help: 'zone of the date partitions (default: this machine’s)',
    example: '--time-zone Asia/Seoul',
  },
  data: {
    type: 'text',
    value: '<folder>',
    help: 'CSV, NDJSON or Parquet files inside the project, to make sources and models of',
    example: '--data data',
  },
  adapter: {
    type: 'text',
    value: '<engine>',
    help: 'engine of the target `local`: duckdb (default) or postgres',
    example: '--adapter postgres',
  },
} as const satisfies Record<string, OptionDefinition>

export type OptionName = keyof typeof catalogue

/** Every option of every command: a name means the same everywhere. */
export const optionDefinitions: Readonly<Record<OptionName, OptionDefinition>> = catalogue

/** Options that select nodes. */
export const selectingOptions = ['select', 'exclude', 'selector', 'state', 'indirect-selection'] as const

/** Options that select by kind of node. */
export const kindOptions = ['resource-type', 'exclude-resource-type'] as const

/** Options that say which partitions of the selection are built, and as of when. */
export const windowOptions = ['from', 'to', 'partition', 'force', 'full-refresh', 'rebuild', 'now'] as const

interface ValueOf {
  readonly boolean: true
  readonly text: string
  readonly count: number
  readonly list: readonly string[]
}

/** What was given on the command line, checked for form; absent options were not given. */
export type GivenOptions = { readonly [K in OptionName]?: ValueOf[(typeof catalogue)[K]['type']] }

export function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(catalogue, name)
}

/** Designed options that this version does not have, with what to do instead. */
export const laterOptions: ReadonlyMap<string, string | undefined> = new Map([
  ['offline', undefined],
  ['defer', undefined],
])
