import { nearest } from '../../diagnostics/index.ts'
import { hasMarker } from './holes.ts'
import { type LibraryMacro, type MacroLibrary, macroIn, visibleMacro } from './macros.ts'
import { bindArguments } from './signature.ts'
import { fail } from './site.ts'
import { type Callable, callable, Printable, type TemplateValue } from './value.ts'

export interface AdapterOptions {
  /** `duckdb`: its macros are called `duckdb__name`. */
  readonly engine: string
  /** An identifier as the engine writes it. */
  readonly quote: (identifier: string) => string
  /** Where `dispatch` looks for macros of a namespace, in order, where the project says so: names of packages. */
  readonly dispatchOrder?: ReadonlyMap<string, readonly string[]>
  /** Told of every macro that is chosen, because no name in the template leads to it. */
  readonly onDispatch: (macro: string) => void
  /** Other members, made when `adapter` is first named. */
  readonly methods?: () => readonly Callable[]
}

/** Methods of dbt's adapters that ask the warehouse, and what to do instead. */
const asking: readonly string[] = [
  'get_relation',
  'get_missing_columns',
  'check_schema_exists',
  'create_schema',
  'drop_schema',
  'drop_relation',
  'rename_relation',
  'expand_target_column_types',
  'execute',
]

const help = 'name what you need, or ask with `run_query` for rows of `information_schema`'

interface Library {
  readonly adapter?: AdapterOptions
  readonly macros: MacroLibrary
}

/** Names of the macros that a dispatched name stands for, the preferred one first. */
function candidatesOf({ adapter }: Library, name: string): readonly string[] {
  return [...(adapter ? [`${adapter.engine}__${name}`] : []), `default__${name}`]
}

/** The macro that the project, or the package of a namespace, has for a dispatched name. */
export function dispatchedMacro(library: Library, namespace: string, name: string): LibraryMacro | undefined {
  const candidates = candidatesOf(library, name)
  for (const owner of searchOrder(library, namespace)) {
    const found = candidates.map((one) => macroIn(library.macros, owner, one)).find((macro) => macro !== undefined)
    if (found) return found
  }
  return undefined
}

/** The packages whose macros answer for a namespace: unless the project says otherwise, itself first, so that it may override. */
function searchOrder({ adapter, macros }: Library, namespace: string): readonly string[] {
  return adapter?.dispatchOrder?.get(namespace) ?? [...new Set([macros.ownership.project, namespace])]
}

/**
 * `adapter`: `dispatch('name')` is the macro `<engine>__name`, or else `default__name`, that is visible at the call;
 * `dispatch('name', 'package')` that of the project, or else of the package.
 */
export function adapterObject(
  library: Library,
  macroOf: (found: LibraryMacro) => Callable,
  builtin: (namespace: string, name: string) => Callable | undefined,
): TemplateValue {
  const { adapter: options, macros } = library
  const parameters = [{ name: 'macro_name', required: true }, { name: 'macro_namespace' }, { name: 'packages' }]
  const dispatch = callable('adapter.dispatch', (call) => {
    const bound = bindArguments('adapter.dispatch', parameters, call)
    const [name, namespace] = [bound.get('macro_name')?.value, bound.get('macro_namespace')?.value]
    if (typeof name !== 'string') {
      const problem = '`adapter.dispatch` needs the name of a macro'
      return fail('template-type', { problem }, call.site)
    }
    const candidates = candidatesOf(library, name)
    const visible = () =>
      candidates.map((one) => visibleMacro(macros, one, call.site.file)).find((one) => one !== undefined)
    const found = (typeof namespace === 'string' && dispatchedMacro(library, namespace, name)) || visible()
    if (found) {
      options?.onDispatch(found.id)
      return macroOf(found)
    }
    const ours = typeof namespace === 'string' ? builtin(namespace, name) : undefined
    if (ours) return ours
    const looked = candidates.map((one) => `\`${one}\``).join(' and ')
    const note = `looked for the macros ${looked} in \`macros/\``
    const near = nearest(`default__${name}`, macros.macros.keys())
    const site = bound.get('macro_name')?.site ?? call.site
    return fail('undefined-name', { name: `default__${name}`, note, nearest: near }, site)
  })
  const quote = callable('adapter.quote', (call) => {
    const given = bindArguments('adapter.quote', [{ name: 'identifier', required: true }], call).get('identifier')
    if (typeof given?.value !== 'string' || hasMarker(given.value)) {
      return fail('template-type', { problem: '`adapter.quote` needs the name of a column or table' }, call.site)
    }
    return options?.quote(given.value) ?? `"${given.value.replaceAll('"', '""')}"`
  })
  const refused = asking.map((name) =>
    callable(`adapter.${name}`, ({ site }) =>
      fail('template-unsupported', { construct: `\`adapter.${name}\``, help }, site),
    ),
  )
  const members = [dispatch, quote, ...refused, ...(options?.methods?.() ?? [])].map((one): [string, TemplateValue] => [
    one.name.slice('adapter.'.length),
    one,
  ])
  return new Printable({ description: '`adapter`', members: new Map(members) })
}
