import { define } from '../define.ts'

const similar = (nearest: string | undefined): string[] =>
  nearest ? [`a selector with a similar name exists: \`${nearest}\``] : []

const evidenceHelp = {
  state: [
    'give the state to compare with: `--state main`, or a folder with a manifest.json: `--state path/to/artifacts`',
  ],
  results: ['run `elt build` first, or give a folder with run_results.json: `--state path/to/artifacts`'],
  fresherSources: [] as string[],
}

/** What can go wrong in `--select`, `--exclude` and selectors.yml; a part of the compiler's codes. */
export const selectionCodes = {
  'selector-empty': define<{ selector: string; nearest?: string | undefined; excludes?: boolean }>({
    severity: 'error',
    message: (p) =>
      p.excludes
        ? `the selector \`${p.selector}\` excludes all that is selected`
        : `the selector \`${p.selector}\` matches nothing`,
    why: (p) => (p.excludes ? undefined : 'a misspelt selector would otherwise look like success'),
    help: (p) =>
      p.excludes
        ? ['select more, or exclude less']
        : p.nearest
          ? [`a similar one matches: \`${p.nearest}\``]
          : ['`elt ls --resource-type all` lists what can be selected'],
    explain:
      'Every selector given to `--select`, `--exclude` or in selectors.yml must match something: a misspelt one would otherwise look like success. Those that ask for what changes from day to day (`state:`, `result:`, `source_status:`), and intersections with them, may match nothing. docs/selection.md has all methods.',
  }),
  'selector-invalid': define<{
    selector: string
    problem: string
    nearest?: string | undefined
    values?: string | undefined
  }>({
    severity: 'error',
    message: (p) => `the selector \`${p.selector}\` ${p.problem}`,
    help: (p) => [
      ...(p.nearest ? [`a similar one exists: \`${p.nearest}\``] : []),
      ...(p.values && !p.nearest ? [`it is one of ${p.values}`] : []),
    ],
    explain:
      'A selector is `[@][n+]what[+n]`, where `what` is a name or `method:value`; docs/selection.md lists the methods. A comma between selectors, without spaces, keeps what all of them match; a space adds.',
  }),
  'selector-unknown': define<{
    name: string
    nearest?: string | undefined
    known?: readonly string[]
    file?: boolean
  }>({
    severity: 'error',
    message: (p) => `there is no selector \`${p.name}\``,
    help: (p) => [
      ...similar(p.nearest),
      ...(p.known?.length === 0
        ? ['selectors are written in selectors.yml, beside project.yml']
        : p.known && !p.nearest
          ? [`selectors.yml has ${p.known.map((name) => `\`${name}\``).join(', ')}`]
          : []),
    ],
    explain:
      '`--selector name` and `selector:name` use a selector of selectors.yml, a file beside project.yml. No selector there has that name.',
  }),
  'selector-cycle': define<{ path: readonly string[] }>({
    severity: 'error',
    message: (p) => `the selector \`${p.path[0] ?? ''}\` is made of itself`,
    notes: (p) => [p.path.map((name) => `\`${name}\``).join(' uses ')],
    help: () => ['write one of them without `selector:`'],
    explain:
      'A selector of selectors.yml may use others with `method: selector`. Here they use each other in a circle, so that none of them means anything.',
  }),
  'selector-taken': define<{ name: string; first: string }>({
    severity: 'error',
    message: (p) => `there are two selectors \`${p.name}\``,
    notes: (p) => [`the other one is at ${p.first}`],
    help: () => ['give one of them another name'],
    explain: 'Names in selectors.yml must differ: `--selector name` could mean either.',
  }),
  'selector-defaults': define<{ name: string; first: string }>({
    severity: 'error',
    message: (p) => `the selector \`${p.name}\` is a second default`,
    notes: (p) => [`the first is at ${p.first}`],
    help: () => ['leave `default: true` at one selector'],
    explain:
      'The selector with `default: true` is what commands select when the command line selects nothing. There can be one.',
  }),
  'selector-form': define<{ problem: string; example?: string | undefined }>({
    severity: 'error',
    message: (p) => `a part of this selector ${p.problem}`,
    help: (p) => (p.example ? [`write, for example: ${p.example}`] : []),
    explain:
      'A definition in selectors.yml is a text as for `--select` (`tag:nightly+`), a mapping of one method (`tag: nightly`), a mapping with `method`, `value` and, where wanted, `parents`, `children`, `childrens_parents`, `parents_depth`, `children_depth`, `indirect_selection`, `exclude`; or `union:` or `intersection:` with a list of such, of which one may be `exclude:` with a list.',
  }),
  'selector-evidence': define<{ selector: string; kind: 'state' | 'results' | 'fresherSources' }>({
    severity: 'error',
    message: (p) =>
      p.kind === 'state'
        ? `the selector \`${p.selector}\` needs a state to compare with`
        : p.kind === 'results'
          ? `the selector \`${p.selector}\` needs the results of an earlier run`
          : `the selector \`${p.selector}\` cannot be answered by this command`,
    help: (p) => evidenceHelp[p.kind],
    explain:
      '`state:` compares the project with an earlier one: `--state` names a git revision or a folder with manifest.json. `result:` reads target/run_results.json of the last run, or that of the folder given with `--state`. `source_status:` compares sources with what the ledger remembers.',
  }),
  'selection-without-models': define<{
    command: string
    found: string
    example?: { readonly selector: string; readonly are: string } | undefined
  }>({
    severity: 'error',
    message: (p) => `the selection holds no model: it names ${p.found}`,
    why: (p) => `\`${p.command}\` works on models`,
    help: (p) => (p.example ? [`select ${p.example.are}: \`${p.example.selector}\``] : []),
    explain:
      '`run`, `plan`, `compile` and `show` work on models; the selection names sources, assertions or exposures only. `+` behind a selector adds what reads it, before it what it reads. `build` and `test` run selected assertions, `ls --resource-type all` lists everything.',
  }),
  'state-unreadable': define<{ state: string; reason: string; help?: string | undefined }>({
    severity: 'error',
    message: (p) => `the state \`${p.state}\` cannot be read: ${p.reason}`,
    help: (p) => (p.help ? [p.help] : []),
    explain:
      '`--state` takes a git revision of this repository (`main`, `HEAD~1`, a hash) or a folder with manifest.json, as `target/` is after a command. Its project is read without being checked out.',
  }),
  'state-broken': define<{ state: string; errors: number; first: string }>({
    severity: 'error',
    message: (p) =>
      `the project at \`${p.state}\` does not compile: ${p.errors === 1 ? 'one error' : `${p.errors} errors`}`,
    notes: (p) => [`the first: ${p.first}`],
    help: () => ['compare with a revision that compiles'],
    explain:
      'What was modified is found by compiling the project as it was, with the vars and the target of today. There it has errors, so nothing can be compared. This project is not the one that is wrong.',
  }),
  'source-unseen': define<{ sources: readonly string[] }>({
    severity: 'warning',
    message: (p) =>
      `whether ${p.sources.length === 1 ? `the source \`${p.sources[0]}\` is` : `${p.sources.length} sources are`} fresher cannot be seen`,
    why: (p) =>
      p.sources.length === 1
        ? 'it has no change signal; `source_status:fresher` leaves it out'
        : 'they have no change signal; `source_status:fresher` leaves them out',
    notes: (p) => (p.sources.length > 1 ? [p.sources.map((name) => `\`${name}\``).join(', ')] : []),
    explain:
      '`source_status:fresher` compares what a source shows (its files, or the loads and rows of a table) with what its readers were last complete with. Sources with `change_signal: none`, the default of tables, show no change.',
  }),
}
