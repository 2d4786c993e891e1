import { nearest } from '../../diagnostics/index.ts'
import { hasMarker } from './holes.ts'
import { bindArguments } from './signature.ts'
import { fail } from './site.ts'
import { type Callable, callable, Printable, type TemplateValue } from './value.ts'

export interface AdapterOptions {
  /** `duckdb`: its macros are called `duckdb__name`. */
  readonly engine: string
  /** An identifier as the engine writes it. */
  readonly quote: (identifier: string) => string
  readonly macroNames: () => Iterable<string>
  /** Told of every macro that is chosen, because no name in the template leads to it. */
  readonly onDispatch: (macro: string) => void
}

/** Methods of dbt's adapters that ask the warehouse, and what to do instead. */
const asking: readonly string[] = [
  'get_relation',
  'get_columns_in_relation',
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

/** `adapter`: `dispatch('name')` is the macro `<engine>__name`, or else `default__name`. */
export function adapterObject(
  options: AdapterOptions | undefined,
  macro: (name: string) => Callable | undefined,
): TemplateValue {
  const parameters = [{ name: 'macro_name', required: true }, { name: 'macro_namespace' }, { name: 'packages' }]
  const dispatch = callable('adapter.dispatch', (call) => {
    const bound = bindArguments('adapter.dispatch', parameters, call).get('macro_name')
    const name = bound?.value
    if (typeof name !== 'string') {
      const problem = '`adapter.dispatch` needs the name of a macro'
      return fail('template-type', { problem }, call.site)
    }
    const candidates = [...(options ? [`${options.engine}__${name}`] : []), `default__${name}`]
    for (const candidate of candidates) {
      const found = macro(candidate)
      if (!found) continue
      options?.onDispatch(candidate)
      return found
    }
    const note = `looked for the macros ${candidates.map((one) => `\`${one}\``).join(' and ')} in \`macros/\``
    const near = nearest(`default__${name}`, options?.macroNames() ?? [])
    return fail('undefined-name', { name: `default__${name}`, note, nearest: near }, bound?.site ?? call.site)
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
  const members = [dispatch, quote, ...refused].map((one): [string, TemplateValue] => [
    one.name.slice('adapter.'.length),
    one,
  ])
  return new Printable({ description: '`adapter`', members: new Map(members) })
}
