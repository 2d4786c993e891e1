/** What a method of a selector compares. */
interface Method {
  /** What may stand behind the colon, in words; shown in messages and the docs. */
  readonly value: string
  /** The only values there are. */
  readonly values?: readonly string[]
  /** Needs a key: `config.materialized:`. */
  readonly keyed?: boolean
  /** What it compares is not in the project's files: today's answer may be nothing, and that is no mistake. */
  readonly changing?: boolean
}

export const stateAspects = ['body', 'configs', 'relation', 'macros', 'contract', 'persisted_descriptions'] as const

const catalogue = {
  fqn: { value: 'a name, `layer.name`, a layer or folder' },
  path: { value: 'a file or folder' },
  file: { value: "a file's name" },
  tag: { value: 'a tag' },
  config: { value: 'the value of a setting', keyed: true },
  layer: { value: 'a layer' },
  owner: { value: 'an owner' },
  package: { value: 'a package, or `this`' },
  group: { value: 'a group' },
  access: { value: 'public, protected or private', values: ['public', 'protected', 'private'] },
  resource_type: {
    value: 'model, seed, source, test, unit_test or exposure',
    values: ['model', 'seed', 'source', 'test', 'assertion', 'unit_test', 'exposure'],
  },
  source: { value: '`group` or `group.name`' },
  exposure: { value: 'an exposure' },
  unit_test: { value: 'a unit test' },
  test_name: { value: 'the type or name of an assertion' },
  test_type: { value: 'generic, singular, data or unit', values: ['generic', 'singular', 'data', 'unit'] },
  selector: { value: 'a selector of selectors.yml' },
  state: {
    value: 'new, old, modified or unmodified',
    values: ['new', 'old', 'unmodified', 'modified', ...stateAspects.map((aspect) => `modified.${aspect}`)],
    changing: true,
  },
  result: {
    value: 'success, error, fail, warn, skipped or pass',
    values: ['success', 'error', 'fail', 'warn', 'skipped', 'pass'],
    changing: true,
  },
  source_status: { value: 'fresher', values: ['fresher'], changing: true },
} as const satisfies Record<string, Method>

export type MethodName = keyof typeof catalogue

/** Every method of selectors. */
export const methods: Readonly<Record<string, Method>> = catalogue

export const methodNames = Object.keys(catalogue)

export function isMethod(name: string): name is MethodName {
  return Object.hasOwn(catalogue, name)
}

/** Methods for things that elt does not have, with what they are. */
export const absentMethods: ReadonlyMap<string, string> = new Map([
  ['metric', 'metrics'],
  ['semantic_model', 'semantic models'],
  ['saved_query', 'saved queries'],
  ['version', 'versions of models'],
])
