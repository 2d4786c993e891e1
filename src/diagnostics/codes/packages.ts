import { define } from '../define.ts'

const similar = (name: string | undefined, what: string): string[] =>
  name === undefined ? [] : [`a similar ${what} exists: ${name}`]

const listed = (names: readonly string[]): string => (names.length === 0 ? 'there is none' : names.join(', '))

/** What can go wrong between packages, groups, exposures and texts of documentation. Codes are permanent. */
export const packageCodes = {
  'path-outside-project': define<{ key: string; path: string }>({
    severity: 'error',
    message: (p) => `\`${p.key}\` names \`${p.path}\`, which is no folder inside the project`,
    why: () => 'a pull request must not read other files of the machine',
    help: () => ['write a path relative to the project file, with forward slashes: packages/shared'],
    explain:
      'Folders of models, macros, tests and packages are named relative to the project file that names them, and lie inside the project: no absolute path, no `..` that leaves it, and not the project’s folder itself.',
  }),
  'package-not-local': define<{ name: string; folder: string }>({
    severity: 'error',
    message: (p) => `the package \`${p.name}\` is not a folder of this project`,
    why: () => 'elt downloads nothing: a build that depends on another server is not the same tomorrow',
    notes: () => ['nothing of the package is part of the project yet'],
    help: (p) => [`copy its files into the project, and name the folder: - local: ${p.folder}`],
    explain:
      'Packages are folders inside the project: `packages: [{ local: packages/shared }]` in project.yml, packages.yml or dependencies.yml. A package of a registry or of git is copied into such a folder, where its version is part of the project’s history and its code of every review. The most used macros of dbt_utils are built in.',
  }),
  'package-not-found': define<{ folder: string }>({
    severity: 'error',
    message: (p) => `there is no package in \`${p.folder}\``,
    help: (p) => [`a package has a project file of its own: ${p.folder}/project.yml with at least its name`],
    explain:
      'A package is a folder with a `project.yml` or `dbt_project.yml` of its own, which says its name. Folders are named relative to the file that names them.',
  }),
  'docs-syntax': define<{ detail: string }>({
    severity: 'error',
    message: (p) => `${p.detail}`,
    help: () => ['write {% docs name %} text {% enddocs %}'],
    explain:
      'A Markdown file holds any number of blocks `{% docs name %} … {% enddocs %}`. Names consist of letters, digits and `_`; blocks are not nested; everything outside of them is ignored.',
  }),
  'docs-not-found': define<{ name: string; nearest: string | undefined }>({
    severity: 'error',
    message: (p) => `there is no text \`${p.name}\` of documentation`,
    help: (p) =>
      p.nearest === undefined
        ? [`write it into a .md file under models/: {% docs ${p.name.replace(/^.*\./, '')} %} … {% enddocs %}`]
        : similar(p.nearest, 'text'),
    explain:
      "`{{ doc('name') }}` in a description is replaced by the block `{% docs name %} … {% enddocs %}` of a Markdown file beside the models or macros, or under `docs-paths`. The package’s own blocks are looked for first, then the project’s; `{{ doc('package', 'name') }}` names the package.",
  }),
  'group-unknown': define<{ group: string; nearest: string | undefined; known: readonly string[] }>({
    severity: 'error',
    message: (p) => `there is no group \`${p.group}\``,
    help: (p) => [...similar(p.nearest, 'group'), `groups of this project: ${listed(p.known)}`],
    explain:
      'A group is declared in a properties file, `groups: [{ name: finance, owner: { name: …, email: … } }]`, and models join it with `group: finance`.',
  }),
  'private-without-group': define<{ model: string }>({
    severity: 'error',
    message: (p) => `\`${p.model}\` is private, but in no group`,
    why: () => 'a private model is read inside its group only: without one, by nobody',
    help: () => ['add group: <name>, or remove access: private'],
    explain: '`access: private` means that only models of the same group may read a model. It needs `group:`.',
  }),
  'private-model': define<{ model: string; group: string; reader: string; readerGroup: string | undefined }>({
    severity: 'error',
    message: (p) => `\`${p.reader}\` may not read \`${p.model}\`, which is private to the group \`${p.group}\``,
    why: () => 'who keeps a model private may change it without asking anyone',
    notes: (p) => [p.readerGroup ? `the reader is of the group \`${p.readerGroup}\`` : 'the reader is in no group'],
    help: (p) => [`let the owner of \`${p.group}\` set access: protected, or read a model that is not private`],
    explain:
      'A model with `access: private` is read by models of its own group only; exposures read none. `protected`, the default, and `public` models are read by everyone whose layer may.',
  }),
  'exposure-input': define<{ text: string }>({
    severity: 'error',
    message: (p) => `\`${p.text}\` is neither a model nor a source`,
    help: () => ["write ref('model') or source('group', 'table')"],
    explain:
      "`depends_on` of an exposure lists what it reads: `ref('model')`, `ref('package', 'model')` or `source('group', 'table')`.",
  }),
  'schema-reserved': define<{ schema: string; model: string }>({
    severity: 'error',
    message: (p) => `\`${p.model}\` would lie in the schema \`${p.schema}\`, which is the ledger’s`,
    help: () => ['choose another schema'],
    explain: 'The schema `elt` holds the record of what has been built. No model may lie in it.',
  }),
  'name-macro-empty': define<{ macro: string; model: string }>({
    severity: 'error',
    message: (p) => `the macro \`${p.macro}\` gives no name for \`${p.model}\``,
    help: () => ['let it print one name: letters, digits and _'],
    explain:
      'A project may define the macros `generate_schema_name(custom_schema_name, node)` and `generate_alias_name(custom_alias_name, node)`; what they print, white space around it removed, is the schema or the name of the model’s relation. It must be one name.',
  }),
  'source-column-missing': define<{ source: string; column: string; similar: string | undefined }>({
    severity: 'error',
    message: (p) => `the table of the source \`${p.source}\` has no column \`${p.column}\``,
    label: () => 'declared here',
    why: () => 'changes of the table are seen by this column',
    notes: () => ['nothing was built'],
    help: (p) => [
      ...similar(p.similar, 'column'),
      'name the column as the table has it, in partition_by, event_time or loaded_at_field',
    ],
    explain:
      'Changes of a table of the warehouse are seen partition by partition (`partition_by` or `event_time` of the source), by the number of rows (`change_signal: count`) or by the newest of `loaded_at_field` as well (`change_signal: loaded_at`). Both columns must be there, spelled as the table has them.',
  }),
  'source-table-missing': define<{
    source: string
    relation: string
    similar: string | undefined
    readers: readonly string[]
  }>({
    severity: 'error',
    message: (p) => `the table \`${p.relation}\` of the source \`${p.source}\` does not exist`,
    label: () => 'declared here',
    notes: (p) => [...p.readers.map((reader) => `it is read by ${reader}`), 'nothing was built'],
    help: (p) => [
      ...similar(p.similar, 'table'),
      'name where it lies with schema: of the source and identifier: of the table, or load it first',
    ],
    explain:
      'A source without `files:` is a table of the warehouse that something else loads: `schema:` of the source (by default the source’s name) and `identifier:` of the table (by default its name). It has to exist before models that read it are built.',
  }),
}
