import { define } from '../define.ts'
import { selectionCodes } from './selection.ts'

const similar = (kind: string, nearest: string | undefined): string[] =>
  nearest ? [`a ${kind} with a similar name exists: \`${nearest}\``] : []

const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ')

/** The first and the last few of many, and how many stand between them. */
function fewOf(texts: readonly string[], most: number): readonly string[] {
  if (texts.length <= most + 1) return texts
  const half = Math.ceil(most / 2)
  return [...texts.slice(0, half), `… ${texts.length - most} more …`, ...texts.slice(half - most)]
}

/** What can go wrong in the stage `compiler`. Codes are permanent: a published one is never renamed or reused. */
export const compilerCodes = {
  ...selectionCodes,
  'ref-not-found': define<{ name: string; nearest?: string | undefined; source?: string | undefined }>({
    severity: 'error',
    message: (p) => `there is no model \`${p.name}\``,
    help: (p) => (p.source ? [`\`${p.name}\` is a source: \`${p.source}\``] : similar('model', p.nearest)),
    explain:
      "`ref('name')` names a model: a file `models/<layer>/…/name.sql`. No file of that name exists, in any layer. Names are compared exactly, capitals included. Tables that elt does not build are sources: `source('group', 'name')`.",
  }),
  'source-not-found': define<{ name: string; nearest?: string | undefined }>({
    severity: 'error',
    message: (p) => `there is no source \`${p.name}\``,
    help: (p) =>
      p.nearest
        ? similar('source', p.nearest)
        : ['declare it under `sources:` in a YAML file of the folder `models/raw_data`'],
    explain:
      "`source('group', 'name')` names a table that is declared under `sources:` in a YAML file below `models/`. It has to be declared before it can be read, because elt reads files with exactly the columns that are declared.",
  }),
  'ref-disabled': define<{ name: string; path: string }>({
    severity: 'error',
    message: (p) => `the model \`${p.name}\` is disabled`,
    notes: (p) => [`the settings of ${p.path} say \`enabled: false\``],
    help: (p) => [`enable \`${p.name}\`, or disable this model too: \`{{ config(enabled=false) }}\``],
    explain:
      'A disabled model is not built, so a model that reads it could not be built either. Enable it, or disable its readers as well.',
  }),
  'invalid-argument': define<{ callee: string; problem: string; help?: string | undefined }>({
    severity: 'error',
    message: (p) => `\`${p.callee}\`: ${p.problem}`,
    help: (p) => (p.help ? [p.help] : []),
    explain:
      "An argument of one of elt's functions has a value that it cannot have, such as a number where a name is expected. The reference of the template functions lists what each takes.",
  }),
  'query-not-run': define<{ node: string; reason: string }>({
    severity: 'warning',
    message: (p) => `a query of \`${p.node}\` could not be run: ${p.reason}`,
    notes: (p) => [`\`${p.node}\` was compiled as it is with \`execute\` false, and is not built so`],
    help: () => [
      'build what it reads first, or answer without the warehouse: `{% if execute %} … {% else %} … {% endif %}`',
    ],
    explain:
      'A template asks rows of the warehouse while it is compiled (`run_query`, or `statement` with `load_result`), and the query could not be run: there is no warehouse yet, it cannot be reached, or it refused the query. The template is then compiled with `execute` false and empty results, so that the rest of the project works; a model whose query is open is not built.',
  }),
  'query-unresolved': define<{ node: string; all: string }>({
    severity: 'error',
    message: (p) => `\`${p.node}\` cannot be built: a query of its template could not be run`,
    why: () => 'its SQL depends on rows that are not known, so it would be built from another SQL than it says',
    notes: () => ['nothing was built'],
    help: (p) => [`build what it reads first: elt build --exclude ${p.all}`],
    explain:
      'The SQL of the model depends on rows that its template asks of the warehouse, and these could not be had (the warning `query-not-run` says why). Build the tables that the query reads first, without this model; then build it.',
  }),
  'compile-timeout': define<{ limit: string }>({
    severity: 'error',
    message: (p) => `compiling the project takes more than ${p.limit}`,
    why: () => 'where `CI` is set, or with `--untrusted`, templates may be those of strangers, and must end',
    notes: () => ['nothing was built'],
    help: () => [
      'look for templates that loop over too much, or compile on a machine of your own without `--untrusted`',
    ],
    explain:
      'In CI, and with `--untrusted`, elt compiles in a thread of its own, with an empty environment and bounded time and memory. The project met one of these bounds. Every template has bounds of its own (`template-limit`), so mostly there are many that come near to them.',
  }),
  'compiler-warning-raised': define<{ text: string }>({
    severity: 'warning',
    message: (p) => p.text,
    label: () => 'raised here',
    explain:
      'A template called `exceptions.warn(…)`: the text is its own. The warning is told with every command that compiles the project; nothing is stopped by it.',
  }),
  'layer-violation': define<{ layer: string; upstream: string; owner: string; reads: readonly string[] }>({
    severity: 'error',
    message: (p) => `models of the layer \`${p.layer}\` may not read ${p.owner}`,
    label: (p) => `\`${p.upstream}\` is out of reach`,
    why: () => 'layers are owners: what may be read is agreed once, in project.yml',
    help: (p) => [
      p.reads.length > 0
        ? `\`${p.layer}\` reads ${list(p.reads)}: read a model of these, or add one there`
        : `let \`${p.layer}\` read something: \`layers: { ${p.layer}: { reads: […] } }\` in project.yml`,
    ],
    explain:
      'A layer is a folder under `models/`, a schema in the warehouse, an owner, and a rule for what it may read: `layers.<name>.reads` in project.yml. By default only `raw_data` reads sources, `analytics` reads `raw_data` and itself, and nothing reads `adhoc` but `adhoc`. So a table that people rely on never depends on an experiment.',
  }),
  'full-scan': define<{ model: string; upstream: string; through?: string | undefined; filter: string; all: string }>({
    severity: 'error',
    message: (p) =>
      `\`${p.model}\` reads every partition of \`${p.upstream}\` for each partition it builds${p.through ? `, through \`${p.through}\`` : ''}`,
    label: () => 'read without a partition filter',
    why: () => 'without a filter elt cannot know which partitions to build again, and every batch scans everything',
    help: (p) => [p.filter, `or, if all of it is wanted: ${p.all}`],
    explain:
      "A partitioned model reads another one that is cut by time, without `partition_filter`. The filter prints the predicate for the window being built, and declares which partitions are read: that is how elt knows what to build again when data arrives late. A relation that is read twice needs two filters, told apart by `alias`. If every partition really needs the whole upstream, say so: `ref('name', all_partitions=true)`; changes of it then do not reopen partitions that are built.",
  }),
  'self-read': define<{
    model: string
    /** How it could: not at all, with a filter, behind `is_incremental()`, or by the name `this`. */
    way: 'none' | 'partitions' | 'incremental' | 'this'
  }>({
    severity: 'error',
    message: (p) => `\`${p.model}\` reads itself`,
    label: () => 'its own relation',
    why: (p) =>
      ({
        none: undefined,
        partitions: 'a partition can read those before it, and which of them has to be known to build them in order',
        incremental: 'when the table is made, it is not there to be read',
        this: undefined,
      })[p.way],
    help: (p) =>
      ({
        none: ['read the model that comes before it instead'],
        partitions: ['add to this query: `{{ partition_filter(this, before=1) }}`'],
        incremental: ['read it where it is there: `{% if is_incremental() %} … {{ this }} … {% endif %}`'],
        this: ['read the model that comes before it; an incremental reads its own earlier rows as `{{ this }}`'],
      })[p.way],
    explain:
      'A model cannot be its own upstream: what it reads would have to be built before it is built. An incremental can read what ' +
      'earlier builds left. With `partition_by` it says which partitions before its own: `partition_filter(this, before=1)`; they are ' +
      'built in order then. Without, it reads `{{ this }}` inside `{% if is_incremental() %}`, which is true once the table is there.',
  }),
  'self-read-untyped': define<{ model: string; path: string; untyped: readonly string[] }>({
    severity: 'error',
    message: (p) =>
      p.untyped.length > 0
        ? `\`${p.model}\` reads its own partitions, and ${p.untyped.join(', ')} has no type that the engine knows`
        : `\`${p.model}\` reads its own partitions, and its columns are not declared`,
    why: () => 'its table has to be there, empty, before the first partition is built',
    help: () => [
      'declare all of its columns in a properties file, each with `data_type:`, the partition column among them',
    ],
    explain:
      'A model that reads `this` needs its table before it has any row: it is made from `columns:` of the properties, which must name ' +
      'every column that the query returns, with its `data_type`.',
  }),
  cycle: define<{ path: readonly string[]; hops: readonly string[] }>({
    severity: 'error',
    message: (p) => `models read each other in a circle: ${fewOf(p.path, 12).join(' → ')}`,
    label: () => 'the circle begins here',
    notes: (p) => fewOf(p.hops, 12),
    help: () => ['move what both need into a model of its own, and let both read that'],
    explain:
      'Each model of the circle would have to be built before the others. The notes name every read of a shortest circle; taking away one of them breaks it.',
  }),
  'relation-collision': define<{ model: string; other: string; relation: string }>({
    severity: 'error',
    message: (p) => `\`${p.model}\` and \`${p.other}\` are both stored as \`${p.relation}\``,
    help: () => ["give one of them another name in the warehouse: `{{ config(alias='…') }}`"],
    explain:
      'Two models would write the same table or view, each undoing the other. The name of a relation is the schema of the layer and the `alias`, or else the name of the model; capitals make no difference.',
  }),
  'identifier-too-long': define<{ name: string; limit: number; length: number }>({
    severity: 'error',
    message: (p) => `\`${p.name}\` is too long a name for a table: ${p.length} bytes, at most ${p.limit}`,
    help: () => ["give it a shorter name in the warehouse: `{{ config(alias='…') }}`"],
    explain:
      'Warehouses limit the length of names, and some cut longer ones silently, so that two tables become one. The limit counts bytes of UTF-8, and leaves room for the names of staged tables.',
  }),
  'name-cut': define<{ name: string; limit: number; length: number }>({
    severity: 'error',
    message: (p) => `the name \`${p.name}\` has ${p.length} bytes, and the engine cuts names after ${p.limit}`,
    why: () => 'a name that is cut can become the same as another, and is not found by the name that is written here',
    help: () => ['write a shorter name'],
    explain:
      'Some warehouses cut names of columns and tables that are too long, with no more than a notice. The limit counts bytes of UTF-8.',
  }),
  'strategy-unsupported': define<{ strategy: string; engine: string; known: readonly string[] }>({
    severity: 'error',
    message: (p) => `${p.engine} cannot write with the strategy \`${p.strategy}\``,
    help: (p) => (p.known.length > 0 ? [`strategies of ${p.engine}: ${list(p.known)}`] : []),
    explain:
      'A strategy says how new rows get into a table: `replace_partition`, `merge` or `append`. Not every engine has every one; its page in the reference lists them.',
  }),
  'not-yet-supported': define<{ feature: string; help?: string | undefined }>({
    severity: 'error',
    message: (p) => `${p.feature} is not supported yet`,
    help: (p) => (p.help ? [p.help] : []),
    explain:
      'The design of elt has a place for this, but this release does not do it. It is refused rather than done halfway: nothing was built.',
  }),
  'undefined-var': define<{ name: string; nearest?: string | undefined }>({
    severity: 'error',
    message: (p) => `the variable \`${p.name}\` is not defined`,
    help: (p) => [
      ...similar('variable', p.nearest),
      `define it under \`vars:\` in project.yml, with \`--vars '${p.name}: …'\`, or give a default: \`var('${p.name}', 'default')\``,
    ],
    explain:
      '`var(name)` reads `vars:` of project.yml, over which `--vars` on the command line wins. A variable without a value is an error, never empty text.',
  }),
  'undefined-env-var': define<{ name: string; nearest?: string | undefined; allowed: boolean }>({
    severity: 'error',
    message: (p) =>
      p.allowed
        ? `the environment variable \`${p.name}\` is not set`
        : `models may not read the environment variable \`${p.name}\``,
    why: (p) =>
      p.allowed ? undefined : 'templates of a pull request must not be able to read secrets of the machine they run on',
    help: (p) => [
      ...similar('variable', p.nearest),
      p.allowed
        ? `set it, or give a default: \`env_var('${p.name}', 'default')\``
        : `name it \`ELT_${p.name.replace(/^ELT_(SECRET_)?/, '')}\`, or read it in project.yml and pass it on under \`vars:\``,
    ],
    explain:
      'Models and macros read only environment variables whose names begin with `ELT_`, but not with `ELT_SECRET_`. project.yml may read any, and is the place for addresses and passwords.',
  }),
  'quoted-literal': define<{ what: string }>({
    severity: 'error',
    message: (p) => `${p.what} is printed inside quotes`,
    why: () => 'it prints a whole literal or name of the engine, quotes and type included',
    help: () => ['remove the quotes around it'],
    explain:
      "`window.start` and its like print a complete literal, such as `date '2013-01-05'`, and `ref()` a complete quoted name. Inside quotes they would become part of a text, so the SQL would be broken or compare with nonsense.",
  }),
  'window-without-partition': define<{ what: string; model: string; place?: string | undefined }>({
    severity: 'error',
    message: (p) => `${p.what} has no meaning in \`${p.model}\`, which is not partitioned`,
    notes: (p) => (p.place ? [`used at ${p.place}, which is rendered inside \`${p.model}\``] : []),
    help: () => [
      'remove it: an unpartitioned model reads everything',
      "or cut the model by time: `{{ config(materialized='incremental', partition_by='…') }}`",
    ],
    explain:
      'A window exists only where partitions are built: in an incremental model with `partition_by`, or in an ephemeral model that such a model reads. Tables are built whole, from everything.',
  }),
  'window-in-view': define<{ what: string; model: string; place?: string | undefined }>({
    severity: 'error',
    message: (p) => `${p.what} has no meaning in the view \`${p.model}\``,
    why: () => 'a view is made once and read at any time, so it has no window',
    notes: (p) => (p.place ? [`used at ${p.place}, which is rendered inside \`${p.model}\``] : []),
    help: () => [
      'remove it, and declare `partition_by` with the column that the view passes through, so that readers can filter it',
    ],
    explain:
      'A view holds no rows. It declares with `partition_by` which column of it is the partition column, and with `reads` where it reads more than its own partition; partitioned readers filter the view with `partition_filter`.',
  }),
  'filter-on-unpartitioned': define<{
    upstream: string
    materialized: 'view' | 'table' | 'incremental' | 'history' | 'ephemeral' | 'seed'
  }>({
    severity: 'error',
    message: (p) => `\`${p.upstream}\` is not partitioned, so there is nothing to filter by`,
    help: (p) => [
      p.materialized === 'view'
        ? 'declare `partition_by` of the view, naming a column that it passes through'
        : p.materialized === 'ephemeral'
          ? 'an ephemeral model is rendered here, with this window: filter inside it what it reads, or make it a view with `partition_by`'
          : 'remove the filter: the newest rows are read whole, and changes do not reopen partitions that are built',
    ],
    explain:
      "`partition_filter` prints a predicate on the upstream's own partition column. A table has none. Partitioned models may read tables without a filter: that is a reference edge (a dimension); `ref('name', on_change='rebuild')` makes its changes reopen all partitions.",
  }),
  'filter-without-read': define<{ upstream: string }>({
    severity: 'error',
    message: (p) => `\`${p.upstream}\` is filtered but not read here`,
    help: () => ['filter the relation that the query reads, by the name given to `ref` or `source`'],
    explain:
      "`partition_filter('name')` belongs to a `ref('name')` or `source('group', 'name')` of the same file: it prints the predicate on that relation and declares which of its partitions are read.",
  }),
  'source-without-event-time': define<{ source: string }>({
    severity: 'error',
    message: (p) => `the source \`${p.source}\` has no event time to filter by`,
    help: () => [
      'name the column that says when a row happened: `event_time: <column>` in its YAML, and list the column with its type',
    ],
    explain:
      "`partition_filter` on a source prints the window's bounds on the source's `event_time`. The source does not say which column that is.",
  }),
  'view-reads-files': define<{ view: string; source: string }>({
    severity: 'error',
    message: (p) => `the view \`${p.view}\` reads the files of \`${p.source}\``,
    why: () => 'a statement reads exactly the files of its batch, and a view is not built in batches',
    help: () => ["store the rows: `{{ config(materialized='table') }}` or an incremental model"],
    explain:
      'Files are read when a batch is built, from a list that is fixed before. A view would read whatever lies there later, or files that are gone. Only stored models, and ephemeral ones inside them, may read file sources.',
  }),
  'unknown-reads': define<{ name: string; view: string; nearest?: string | undefined }>({
    severity: 'error',
    message: (p) => `\`${p.view}\` does not read \`${p.name}\`, for which \`reads\` gives a reach`,
    help: (p) => similar('model', p.nearest),
    explain:
      'The config `reads` of a view says how far it reads beyond its own partition, by the name of the model it reads: `reads: { flights: { before: 27 } }`. Only models that its SQL reads can stand there.',
  }),
  'invalid-bound': define<{ key: string; value: string; unit: string }>({
    severity: 'error',
    message: (p) => `\`${p.key}\` is no ${p.unit}: \`${p.value}\``,
    help: (p) => [
      `write it as \`${{ hour: '2013-01-05T14', month: '2013-01', year: '2013' }[p.unit] ?? '2013-01-05'}\``,
    ],
    explain:
      'The configs `begin` and `end` name partitions: the first one, and the one after the last. They are written like the partitions themselves: a day as `2013-01-05`, a month as `2013-01`, a year as `2013`, and the hour that begins at 14:00 UTC as `2013-01-05T14`. A date names the first hour of that day in the zone of the model.',
  }),
  'config-too-late': define<object>({
    severity: 'error',
    message: () => '`config()` changes what `is_incremental()` has already answered',
    label: () => 'too late',
    help: () => ['move `config()` to the top of the file'],
    explain:
      'A template runs from top to bottom. `is_incremental()` was asked before `config()` said how the model is stored, so its answer was wrong. `config()` belongs to the top of the file.',
  }),
  'compiler-error-raised': define<{ text: string }>({
    severity: 'error',
    message: (p) => p.text,
    label: () => 'raised here',
    explain:
      'A macro or model of the project stopped with `exceptions.raise_compiler_error(…)`. The message is its own.',
  }),
  'template-log': define<{ text: string }>({
    severity: 'note',
    message: (p) => p.text,
    explain: 'A template printed this with `log(…)`. It changes nothing.',
  }),
  'covering-dates': define<{ model: string; upstream: string; reads: string; cut: string }>({
    severity: 'note',
    message: (p) => `each ${p.cut} of \`${p.model}\` reads whole ${p.reads} of \`${p.upstream}\``,
    label: () => 'dates that cover more than the window',
    help: () => ['leave out in the query what does not belong to the partition, for example with `in_window()`'],
    explain:
      'The upstream is cut by a date, which says nothing of the hour, in another zone or in longer partitions than this model. `partition_filter` prints the dates that cover the window, so that no row is missed and the engine can prune; rows of the same dates that lie outside of the window are read, too. Only the query knows which these are. Cut by an instant (`type: instant`), the upstream is read for exactly the instants of the window.',
  }),
  'not-one-statement': define<{
    subject: string
    fault:
      | 'empty'
      | 'second-statement'
      | 'closes-too-much'
      | 'never-closed'
      | 'quote-never-closed'
      | 'comment-never-closed'
    text: string
  }>({
    severity: 'error',
    message: (p) =>
      ({
        empty: `${p.subject} holds no SQL`,
        'second-statement': `${p.subject} holds a second statement`,
        'closes-too-much': `\`${p.text}\` closes what ${p.subject} has not opened`,
        'never-closed': `\`${p.text}\` is never closed`,
        'quote-never-closed': `the quote \`${p.text}\` is never closed`,
        'comment-never-closed': 'the comment is never closed',
      })[p.fault],
    why: (p) =>
      p.fault === 'second-statement' || p.fault === 'closes-too-much'
        ? 'the text is placed inside other statements, such as `create table … as (…)`, and must not reach out of them'
        : undefined,
    help: (p) =>
      p.fault === 'second-statement'
        ? ['keep one SELECT in the file; put the other into a model of its own']
        : p.fault === 'empty'
          ? ['write a SELECT, or delete the file']
          : [],
    explain:
      'A model or test is one SELECT statement. Its text, after templates, is placed inside other statements, so its parentheses, quotes and comments have to be balanced, and a second statement cannot follow. One semicolon at the end is allowed.',
  }),
}
