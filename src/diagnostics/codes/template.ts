import { define } from '../define.ts'

const suggestion = (nearest: string | undefined, kind: string) => {
  if (!nearest) return []
  return [
    kind === 'name' ? `a similar name exists: \`${nearest}\`` : `a ${kind} with a similar name exists: \`${nearest}\``,
  ]
}

/** What can go wrong in templates. Codes are permanent: a published one is never renamed or reused. */
export const templateCodes = {
  'template-syntax': define<{ problem: string; label?: string; help?: string; notes?: readonly string[] }>({
    severity: 'error',
    message: (p) => p.problem,
    label: (p) => p.label,
    notes: (p) => p.notes ?? [],
    help: (p) => (p.help ? [p.help] : []),
    explain: `The text between \`{{ }}\` or \`{% %}\` is not a template expression or tag. Templates are Jinja: \`{{ ref('flights') }}\` prints a value, \`{% if x %} … {% endif %}\` decides, \`{# … #}\` is a comment. Where SQL itself needs \`{{\` or \`{%\`, put it between \`{% raw %}\` and \`{% endraw %}\`.`,
  }),
  'template-unclosed': define<{ tag: string; closing: string }>({
    severity: 'error',
    message: (p) => `\`${p.tag}\` is never closed`,
    label: (p) => `opened here; \`${p.closing}\` is missing`,
    help: (p) => [`add \`${p.closing}\` where it ends`],
    explain:
      'Every text in quotes, every tag and every block has to end: `{% if %}` … `{% endif %}`, `{% for %}` … `{% endfor %}`, `{% macro %}` … `{% endmacro %}`. The location is the tag that was opened last and not closed.',
  }),
  'template-unsupported': define<{ construct: string; help?: string }>({
    severity: 'error',
    message: (p) => `${p.construct} is not supported in templates`,
    help: (p) => (p.help ? [p.help] : []),
    explain:
      'elt reads Jinja as dbt users write it, without what reaches outside the template: no `include`, `import`, `extends` or `block`. Macros of `macros/` are visible everywhere by name, so nothing has to be imported. What is not supported is refused here rather than rendered as nothing.',
  }),
  'undefined-name': define<{ name: string; nearest?: string | undefined; note?: string | undefined }>({
    severity: 'error',
    message: (p) => `\`${p.name}\` is not defined`,
    label: () => 'not a variable, function or macro that is visible here',
    notes: (p) => (p.note ? [p.note] : []),
    help: (p) => suggestion(p.nearest, 'name'),
    explain:
      'A template uses a name that nothing defines. elt never prints an undefined name as empty text, because the SQL would silently mean something else. A `set` inside a `for` ends with each turn of the loop; hand a result out with `{% set ns = namespace(found=false) %}` and `{% set ns.found = true %}`. Where a name may be missing on purpose, ask with `is defined` or give a `default(…)`.',
  }),
  'undefined-member': define<{ member: string; owner: string; nearest?: string | undefined; help?: string }>({
    severity: 'error',
    message: (p) => `${p.owner} has no \`${p.member}\``,
    help: (p) => (p.help ? [p.help] : suggestion(p.nearest, 'member')),
    explain:
      "A template reads a member, key or index that its value does not have. Dictionaries have their keys, lists their indices from 0 (or from -1, the last), and texts, lists and dictionaries a fixed set of methods known from Python (`upper`, `split`, `append`, `items`, `get` …). Nothing else of a value can be reached. `x.get('key')` gives none instead of an error.",
  }),
  'unknown-filter': define<{ name: string; nearest?: string | undefined }>({
    severity: 'error',
    message: (p) => `there is no filter \`${p.name}\``,
    help: (p) => suggestion(p.nearest, 'filter'),
    explain:
      'The name after `|` is not one of the filters: elt has those of Jinja that make sense for SQL (`join`, `map`, `select`, `upper`, `replace`, `default`, `tojson` …), and no others can be added. A macro does the same work: `{{ my_macro(x) }}`.',
  }),
  'unknown-test': define<{ name: string; nearest?: string | undefined }>({
    severity: 'error',
    message: (p) => `there is no test \`${p.name}\``,
    help: (p) => suggestion(p.nearest, 'test'),
    explain:
      'The name after `is` is not one of the tests, such as `defined`, `none`, `string`, `number`, `mapping`, `iterable`, `even` or `in`. To compare with a value, write `x == value`.',
  }),
  'template-type': define<{ problem: string; label?: string; help?: string }>({
    severity: 'error',
    message: (p) => p.problem,
    label: (p) => p.label,
    help: (p) => (p.help ? [p.help] : []),
    explain:
      'A template does something with a value that its kind does not allow, such as adding a text to a number, looping over a number or changing a list that belongs to the project. elt does not guess what was meant. Texts are joined with `~`; `x | int`, `x | float` and `x | string` convert.',
  }),
  'template-arguments': define<{ callee: string; problem: string; help?: string }>({
    severity: 'error',
    message: (p) => `\`${p.callee}\` ${p.problem}`,
    help: (p) => (p.help ? [p.help] : []),
    explain:
      'A function, macro, filter or test is called with arguments that it does not take, without one that it needs, or with one given twice. Macros take more arguments than they declare only when they use `varargs` or `kwargs`.',
  }),
  'not-callable': define<{ what: string }>({
    severity: 'error',
    message: (p) => `${p.what} cannot be called`,
    help: () => ['leave out the parentheses to print the value'],
    explain:
      'Only the functions that elt gives to templates, macros, and the methods of texts, lists and dictionaries can be called. Everything else is data.',
  }),
  'template-limit': define<{ what: string; limit: string; help?: string }>({
    severity: 'error',
    message: (p) => `${p.what}: the limit is ${p.limit}`,
    why: () => 'templates run for every pull request, so they must end, and in bounded memory',
    help: (p) => (p.help ? [p.help] : []),
    explain:
      'One template may take a bounded number of steps, produce a bounded amount of text and nest calls to a bounded depth. A template that meets a limit usually loops over far more than was meant, or a macro calls itself without an end. What needs millions of rows belongs into SQL, not into the template.',
  }),
  'known-when-run': define<{ what: string; use: string }>({
    severity: 'error',
    message: (p) => `${p.what} cannot be ${p.use}: its text is not known while compiling`,
    why: () => 'compiled SQL is rendered once and filled in for each batch, so it cannot depend on the batch',
    help: () => ['print it, and let SQL compare: `where x < {{ window.end }}`'],
    explain:
      'Relations and the bounds of the window stand in compiled SQL as holes, which are filled when a batch is built. A template can print them, join them with other text and pass them on, but cannot compare, measure, cut or change them.',
  }),
  'private-character': define<{ character: string }>({
    severity: 'error',
    message: (p) => `the character ${p.character} is not allowed in templates`,
    label: () => 'private-use character',
    help: () => ['remove it, or write it in SQL by its number, such as `chr(57344)`'],
    explain:
      'Characters U+E000 to U+F8FF have no meaning of their own (Unicode leaves them to private use). elt uses them while rendering to mark places that are filled later, and so refuses them in templates.',
  }),
  'duplicate-macro': define<{ name: string; other: string }>({
    severity: 'error',
    message: (p) => `the macro \`${p.name}\` is defined twice`,
    label: () => 'defined again here',
    notes: (p) => [`first defined at ${p.other}`],
    help: () => ['rename one of them'],
    explain:
      'Macros are visible everywhere by their name alone, so a name can stand for one macro only, in whichever file it is.',
  }),
  'reserved-macro': define<{ name: string }>({
    severity: 'error',
    message: (p) => `a macro cannot be called \`${p.name}\`: elt has a function of that name`,
    help: (p) => [`rename it, for example to \`my_${p.name}\``],
    explain:
      'A macro with the name of a built-in function (`ref`, `source`, `config`, `range` …) would change what every model means, or never be called. Give it another name.',
  }),
  'outside-macro': define<{ what: string }>({
    severity: 'error',
    message: (p) => `${p.what} outside of a macro`,
    label: () => 'never rendered',
    help: () => ['move it into a macro, or make it a comment: `{# … #}`'],
    explain:
      'Files under `macros/` only define macros; nothing else in them is ever rendered. Text or tags between macros are mostly a macro that ends too early, so they are an error.',
  }),
}
