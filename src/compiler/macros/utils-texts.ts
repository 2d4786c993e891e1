import { type BuiltinMacro, macro } from './macro.ts'
import type { MacroCall } from './macro-call.ts'
import { slug } from './sql-words.ts'

/** A field without the scheme of its address. */
function withoutScheme(call: MacroCall, schemes: readonly string[]): string {
  return schemes.reduce((text, scheme) => call.dbt('replace', text, `'${scheme}://'`, "''"), call.sql('field'))
}

function before(call: MacroCall, text: string, mark: string): string {
  return call.dbt('split_part', text, `'${mark}'`, 1)
}

function urlHost(call: MacroCall): string {
  const address = withoutScheme(call, ['android-app', 'http', 'https'])
  return before(call, before(call, before(call, address, '/'), '?'), '#')
}

/** What stands between the first slash and the question mark; empty where there is no slash. */
function urlPath(call: MacroCall): string {
  const address = before(call, before(call, withoutScheme(call, ['android-app', 'http', 'https']), '?'), '#')
  return `substring(${address} from ${call.dbt('position', "'/'", `${address} || '/'`)} + 1)`
}

function urlParameter(call: MacroCall): string {
  const field = call.sql('field')
  const name = call.text('url_parameter')
  if (name === '') call.refuse('url_parameter', '`url_parameter` must be the name of a parameter')
  const after = (mark: string) => {
    const delimiter = call.host.dialect.literal({ type: 'text', value: `${mark}${name}=` })
    return call.dbt('split_part', field, delimiter, 2)
  }
  const rest = `coalesce(nullif(${after('?')}, ''), ${after('&')})`
  return `nullif(${before(call, before(call, rest, '&'), '#')}, '')`
}

/** Macros of `dbt_utils.` about addresses, names and logs. */
export const textMacros: readonly BuiltinMacro[] = [
  macro('dbt_utils', 'get_url_host(field)', urlHost),
  macro('dbt_utils', 'get_url_path(field)', urlPath),
  macro('dbt_utils', 'get_url_parameter(field, url_parameter)', urlParameter),
  macro('dbt_utils', 'slugify(string)', (call) => slug(call.text('string'))),
  macro('dbt_utils', 'pretty_log_format(message)', (call) => `+ ${call.sql('message')}`),
  macro('dbt_utils', 'log_info(message)', (call) => {
    call.host.log(`+ ${call.sql('message')}`, call.site)
    return ''
  }),
]
