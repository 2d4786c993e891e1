import { define } from '../define.ts'

const similar = (name: string | undefined, what: string): string[] =>
  name === undefined ? [] : [`a similar ${what} exists: ${name}`]

const listed = (names: readonly string[]): string => (names.length === 0 ? 'there is none' : names.join(', '))

/** What can go wrong in the stage `project`. Codes are permanent: a published one is never renamed or reused. */
export const projectCodes = {
  'project-missing': define<{ instead: string | undefined }>({
    severity: 'error',
    message: () => 'there is no project.yml in the project directory',
    notes: (p) => (p.instead ? [`${p.instead} is not read: the project's file is named project.yml`] : []),
    help: () => ['change to the directory that holds project.yml, or name it: elt … --project-dir <directory>'],
    explain:
      'Every command but `init`, `explain` and `--version` works on a project: a directory with a `project.yml`. Change to it, name it with `--project-dir`, or make a new one with `elt init`.',
  }),
  'file-not-text': define<{ path: string }>({
    severity: 'error',
    message: (p) => `${p.path} is not a text file`,
    label: () => 'a NUL character',
    why: () => 'project files are read as UTF-8 text; a NUL character means a binary file or another encoding',
    help: () => ['save the file as UTF-8, or move it out of the project’s folders'],
    explain:
      'Models, macros, singular assertions and YAML files are UTF-8 text. A NUL character in one means that it is a binary file, or was saved as UTF-16. Save it as UTF-8 or move it elsewhere.',
  }),
  'yaml-syntax': define<{ detail: string }>({
    severity: 'error',
    message: (p) => `invalid YAML: ${p.detail}`,
    notes: () => ['nothing else in this file was checked'],
    explain:
      'The file is not valid YAML 1.2. The caret stands where the parser had to stop; the mistake is there or just before it. The usual ones: a tab as indentation, a missing quote or bracket, text with a colon that needs quotes. The rest of the file is checked once it can be read.',
  }),
  'yaml-key': define<{ found: string }>({
    severity: 'error',
    message: (p) => `a key must be text, and is ${p.found}`,
    help: (p) =>
      p.found === 'a mapping' ? [`put quotes around templates: path: "{{ env_var('WAREHOUSE_PATH') }}"`] : [],
    explain:
      "Keys of a mapping are plain text. A mapping as a key nearly always is a template without quotes: YAML reads `{{ env_var('X') }}` as a mapping in a mapping. Write `\"{{ env_var('X') }}\"`.",
  }),
  'duplicate-key': define<{ key: string; line: number }>({
    severity: 'error',
    message: (p) => `the key \`${p.key}\` is given twice`,
    label: (p) => `first given in line ${p.line}`,
    why: () => 'one of the two would be lost',
    explain: 'A mapping may hold a key only once. Merge the two, or remove one.',
  }),
  'forbidden-key': define<{ key: string }>({
    severity: 'error',
    message: (p) => `the key \`${p.key}\` is not allowed`,
    why: () =>
      'templates run untrusted code of pull requests; names of JavaScript’s object machinery are barred everywhere',
    help: () => ['rename it'],
    explain:
      'The keys `__proto__`, `constructor` and `prototype` are refused in all YAML files, whatever they would mean there: they name parts of the machinery that templates must not reach. Choose another name.',
  }),
  'yaml-too-deep': define<{ limit: number }>({
    severity: 'error',
    message: (p) => `the YAML is nested more than ${p.limit} levels deep`,
    explain: 'No setting needs deep nesting; the limit protects from files made to exhaust memory.',
  }),
  'yaml-too-large': define<{ limit: number }>({
    severity: 'error',
    message: (p) => `the YAML holds more than ${p.limit.toLocaleString('en')} values once its aliases are resolved`,
    why: () => 'aliases that repeat aliases grow without bound',
    help: () => ['write the values out, or split the file'],
    explain:
      'An alias (`*name`) stands for a copy of its anchor. Aliases inside aliases multiply; the limit stops a small file from filling the memory. Real projects stay far below it: split the file if yours does not.',
  }),
  'yaml-value': define<{ detail: string }>({
    severity: 'error',
    message: (p) => `${p.detail}`,
    explain:
      'The value is valid YAML but has no meaning in a project: an alias without its anchor or inside it, a tag such as `!!binary`, a number that is infinite, or a merge (`<<`) of something that is no mapping.',
  }),
  'wrong-root': define<{ path: string; found: string }>({
    severity: 'error',
    message: (p) => `${p.path} must hold a mapping of keys, and holds ${p.found}`,
    explain: 'The outermost level of `project.yml` and of a properties file is a mapping: `key: value` lines.',
  }),
  'unknown-key': define<{ key: string; of: string; nearest: string | undefined; valid: readonly string[] }>({
    severity: 'error',
    message: (p) => `unknown key \`${p.key}\`${p.of ? ` in ${p.of}` : ''}`,
    why: () => 'a key that is silently ignored would hide a typing mistake',
    help: (p) =>
      p.nearest === undefined
        ? [`keys that may stand here: ${listed(p.valid)}`]
        : [`a key with a similar name exists: ${p.nearest}`],
    explain:
      'Unknown keys are errors, so that a typing mistake cannot switch a setting off. The help names the nearest key, or all that may stand there. docs/reference.md lists the keys of every mapping.',
  }),
  'missing-key': define<{ key: string; of: string }>({
    severity: 'error',
    message: (p) => `${p.of ? `${p.of} lacks` : 'the file lacks'} the key \`${p.key}\``,
    help: (p) => [`add ${p.key}: …`],
    explain:
      'A required key is not there. docs/reference.md lists the keys of every mapping and says which are required.',
  }),
  'wrong-value': define<{ key: string; expected: string; found: string; nearest?: string | undefined }>({
    severity: 'error',
    message: (p) => `${p.key ? `\`${p.key}\`` : 'the value'} must be ${p.expected}, and is ${p.found}`,
    help: (p) => similar(p.nearest, 'value'),
    explain:
      'The value has another type or form than the key takes. Mind that YAML reads `yes`, `1.10` and `[a]` by its own rules: put quotes around what is meant as text.',
  }),
  'key-without-effect': define<{ key: string; reason: string }>({
    severity: 'note',
    message: (p) => `\`${p.key}\` ${p.key.includes('`') ? 'have' : 'has'} no effect: ${p.reason}`,
    explain:
      'The key is known from dbt, or planned, and accepted so that existing files work; this version of elt does nothing with it, and the note says what to do instead. Each key is noted once, however many places it stands in. Keys that would change rows are refused instead. Remove the key to silence the note.',
  }),
  'yaml-template': define<{ template: string; detail: string }>({
    severity: 'error',
    message: (p) => `${p.detail}: ${p.template}`,
    why: () => 'YAML files are settings, not programs: only env_var and var are expanded in them',
    help: () => [`write "{{ env_var('NAME') }}", "{{ env_var('NAME', 'default') }}" or "{{ var('name') }}"`],
    explain:
      "In YAML files exactly three forms are expanded: `{{ env_var('NAME') }}`, `{{ env_var('NAME', 'default') }}` and `{{ var('name') }}` (with a default, too). No filters, no other functions. Models, macros and singular assertions have the whole template language.",
  }),
  'env-var-not-allowed': define<{ name: string; secret: boolean }>({
    severity: 'error',
    message: (p) => `\`env_var('${p.name}')\` may not be read here`,
    why: () =>
      'settings of models reach SQL, documentation and logs: only variables named ELT_* (not ELT_SECRET_*) or listed under env: in project.yml may stand in them',
    help: (p) =>
      p.secret ? ['read it under `targets:` in project.yml'] : [`allow it in project.yml: env: [${p.name}]`],
    explain:
      "Values that reach SQL, documentation or logs may come only from environment variables on an allow list: names that begin with `ELT_` (but not `ELT_SECRET_`), and those listed under `env:` in `project.yml`. In the project's own `project.yml` other variables may be read too (not in those of packages), but `ELT_SECRET_` ones only under `targets:`, where no template sees them.",
  }),
  'time-zone-unknown': define<{ name: string; nearest: string | undefined }>({
    severity: 'error',
    message: (p) => `unknown time zone \`${p.name}\``,
    why: () => 'an IANA name knows the changes of the clocks; an offset or an abbreviation does not',
    help: (p) => [...similar(p.nearest, 'zone'), 'names look like Europe/Berlin, America/New_York, UTC'],
    explain:
      'Time zones are IANA names such as `Asia/Seoul`. Offsets (`+09:00`) are refused, because a partition of a local day must know when clocks change.',
  }),
  'target-unknown': define<{ name: string; nearest: string | undefined; known: readonly string[] }>({
    severity: 'error',
    message: (p) => `there is no target \`${p.name}\``,
    help: (p) => [...similar(p.nearest, 'target'), `targets of this project: ${listed(p.known)}`],
    explain:
      'A target is a place to run, named under `targets:` in `project.yml` and chosen with `--target` or `default_target:`.',
  }),
  'target-not-chosen': define<{ known: readonly string[] }>({
    severity: 'error',
    message: () => 'no target is chosen, and the project has several',
    help: (p) => [`add default_target: ${p.known[0] ?? 'local'}`, `or pass --target: ${listed(p.known)}`],
    explain: 'With more than one target, `default_target:` or `--target` must say which one is meant.',
  }),
  'schema-pattern': define<{ pattern: string; detail: string }>({
    severity: 'error',
    message: (p) => `the schema pattern \`${p.pattern}\` ${p.detail}`,
    help: () => ['{layer} stands for the schema of the layer: schema: "{layer}_dev"'],
    explain:
      'A target’s `schema:` is the pattern of its schema names. `{layer}` stands for the schema of the layer, so `"{layer}_dev"` keeps a developer’s tables apart from production. The schema `elt` belongs to the ledger.',
  }),
  'layer-unknown': define<{ folder: string; nearest: string | undefined; known: readonly string[]; files: number }>({
    severity: 'error',
    message: (p) => `models/${p.folder} is not a layer`,
    why: () => 'the first folder under models/ is the layer: it decides schema, owner and what may be read',
    notes: (p) => (p.files > 1 ? [`${p.files} files lie in it`] : []),
    help: (p) => [
      ...similar(p.nearest, 'layer'),
      `move the files to one of models/{${p.known.join(',')}}, or add the layer to project.yml: layers: { ${p.folder}: { reads: [raw_data] } }`,
      `or place them in a layer by project.yml: models: { ${p.folder}: { +layer: analytics } }`,
    ],
    explain:
      'Layers are folders under `models/`. The defaults are `raw_data`, `analytics` and `adhoc`; more are declared under `layers:` in `project.yml`.',
  }),
  'model-outside-layer': define<{ path: string; known: readonly string[]; others: readonly string[] }>({
    severity: 'error',
    message: (p) => `${p.path} lies in no layer`,
    notes: (p) =>
      p.others.length > 0 ? [`nor do ${p.others.slice(0, 5).join(', ')}${p.others.length > 5 ? ', …' : ''}`] : [],
    why: () => 'the first folder under models/ is the layer: it decides schema, owner and what may be read',
    help: (p) => [
      `move it to one of models/{${p.known.join(',')}}`,
      'or place it in a layer by project.yml: models: { <model>: { +layer: analytics } }, or for all that lie in none: models: { +layer: analytics }',
    ],
    explain:
      'A model lies in the folder of a layer, at any depth: `models/analytics/finance/revenue.sql`; or project.yml places it in one, with `+layer:` at its folder or name, or at the root of `models:` for all that lie in no folder of a layer. Only a project that neither declares `layers:` nor has a folder of one keeps all its models in one layer, `analytics`, wherever they lie.',
  }),
  'reads-unknown': define<{ layer: string; name: string; nearest: string | undefined; known: readonly string[] }>({
    severity: 'error',
    message: (p) => `the layer \`${p.layer}\` reads \`${p.name}\`, which is no layer`,
    help: (p) => [...similar(p.nearest, 'layer'), `names that may stand here: ${listed(p.known)}`],
    explain: '`reads:` of a layer lists layers, and `sources` for the data that elt does not build.',
  }),
  'name-invalid': define<{ what: string; name: string }>({
    severity: 'error',
    message: (p) => `\`${p.name}\` is no name for a ${p.what}`,
    why: () => 'names are used in selections and as names of relations',
    help: () => ['use letters, digits, _ and - only, beginning with a letter, a digit or _'],
    explain:
      'Names of models, sources, layers and projects consist of letters of any script, digits, `_` and `-`. Other characters have a meaning in `--select` or cannot be written in every warehouse.',
  }),
  'name-taken': define<{ what: string; name: string; first: string }>({
    severity: 'error',
    message: (p) => `a second ${p.what} is named \`${p.name}\``,
    notes: (p) => [`the first: ${p.first}`],
    why: () => 'ref() and the warehouse find them by this name, and most warehouses ignore upper and lower case',
    help: () => ['rename one of them'],
    explain:
      "Model names are unique in a project, whatever their layer, so that `ref('name')` has one meaning; so are the tables of a source group. Names that differ only in upper and lower case count as equal.",
  }),
  'model-empty': define<{ path: string }>({
    severity: 'error',
    message: (p) => `${p.path} is empty`,
    help: () => ['write a SELECT, or delete the file'],
    explain: 'A model, or a singular assertion, is one SELECT; this file holds nothing but white space.',
  }),
  'properties-without-model': define<{ name: string; nearest: string | undefined }>({
    severity: 'error',
    message: (p) => `there is no model \`${p.name}\` to which these properties belong`,
    why: () => 'its assertions would never run',
    help: (p) =>
      p.nearest ? similar(p.nearest, 'model') : [`create models/<layer>/${p.name}.sql, or remove the entry`],
    explain:
      'An entry under `models:` in a properties file documents a model by its file’s name. Without the model, its assertions would silently never run, so this is an error.',
  }),
  'folder-unknown': define<{ folder: string; nearest: string | undefined }>({
    severity: 'error',
    message: (p) => `\`${p.folder}\` is neither a folder under models/ nor a setting`,
    help: (p) => [...similar(p.nearest, 'name'), 'settings may be written with a plus sign: +materialized: table'],
    explain:
      'Under `models:` in `project.yml` a key is a folder below `models/`, a model’s name, or a setting of the models there. Settings may carry a `+`, as in dbt; they must where a folder has the same name.',
  }),
  'config-conflict': define<{ key: string; detail: string; help?: string }>({
    severity: 'error',
    message: (p) => `\`${p.key}\` ${p.detail}`,
    help: (p) => (p.help ? [p.help] : []),
    explain:
      'Two settings of one model contradict each other, or one needs another that is absent. The place shown is the one that decided it: a `config()` call wins over properties, properties over the deepest folder of `project.yml`.',
  }),
  'source-incomplete': define<{ source: string; detail: string; help: string }>({
    severity: 'error',
    message: (p) => `source ${p.source} ${p.detail}`,
    help: (p) => [p.help],
    explain:
      'A file source is read with exactly the columns and types that it declares, never with inferred ones (inference differs from day to day). It needs `files:`, and `columns:` with a `data_type` each; `event_time:` must be one of them.',
  }),
  'type-unknown': define<{ type: string; nearest: string | undefined; known: readonly string[] }>({
    severity: 'error',
    message: (p) => `unknown column type \`${p.type}\``,
    help: (p) => [...similar(p.nearest, 'type'), `types: ${listed(p.known)}`],
    explain:
      'Columns of sources have logical types, the same on every engine: boolean, integer, bigint, double, decimal(p,s), text, date, instant (a moment; timestamptz), local (wall clock without zone), time, json.',
  }),
  'file-pattern': define<{ pattern: string; detail: string; help: string }>({
    severity: 'error',
    message: (p) => `the path \`${p.pattern}\` ${p.detail}`,
    help: (p) => [p.help],
    explain:
      'Files of a source are named by a path relative to the project, with forward slashes. `{yyyy}`, `{MM}`, `{dd}` and `{HH}` stand for parts of a date, `*` for anything within one name. Paths outside of the project are refused: a pull request must not read other files of the machine.',
  }),
  'seed-malformed': define<{ path: string; detail: string; help: string }>({
    severity: 'error',
    message: (p) => `${p.path}: ${p.detail}`,
    help: (p) => [p.help],
    explain:
      'A seed is a CSV file whose first line names its columns: UTF-8, fields told apart by a comma (or by `delimiter`), quoted with `"` where they hold one, as many in each row as in the header. The whole file is looked through before anything is built, so that a mistake in its last line changes nothing.',
  }),
  'seed-value': define<{ seed: string; column: string; type: string; value: string }>({
    severity: 'error',
    message: (p) => `\`${p.value.slice(0, 80)}\` is no ${p.type}, the type of column ${p.column} of seed ${p.seed}`,
    help: () => ['correct the value, or give the column another type under column_types'],
    explain:
      'Every value of a column fits its declared type exactly: `1.5` is no integer, and dates are written 2013-12-30. An empty field is null. Without a type a column gets the narrowest that fits all values: boolean, bigint, double, date, instant, local, time, else text; a number that begins with 0 is a text.',
  }),
  'seed-column-unknown': define<{ seed: string; column: string; nearest: string | undefined }>({
    severity: 'error',
    message: (p) => `seed ${p.seed} has no column \`${p.column}\`, which a type is given for`,
    help: (p) => [...similar(p.nearest, 'column'), 'the columns of a seed are those of its first line'],
    explain:
      'Types of columns are given by name, under `column_types` or `columns:`, and the file has no such column in its header.',
  }),
}
