/** The packages of macros that are built in. */
export type Namespace = 'dbt' | 'dbt_utils'

interface MacroParameter {
  readonly name: string
  /** As it is documented; absent for what must be given. */
  readonly initial?: string
}

/** What is known of a built-in macro without running it. */
export interface MacroShape {
  readonly namespace: Namespace
  readonly name: string
  /** Raised whenever what it prints changes: part of the fingerprints of the models that call it, and of no others. */
  readonly version: number
  readonly parameters: readonly MacroParameter[]
}

/** `dbt_utils.star(from, except=[])` */
export function signatureOf(macro: MacroShape): string {
  return `${macro.namespace}.${headOf(macro)}`
}

function headOf({ name, parameters }: MacroShape): string {
  const shown = parameters.map((one) => (one.initial === undefined ? one.name : `${one.name}=${one.initial}`))
  return `${name}(${shown.join(', ')})`
}

/** What stands for the text of a built-in macro in artifacts. */
export function sourceOf(macro: MacroShape): string {
  return `{% macro ${headOf(macro)} %}{# built in, version ${macro.version} #}{% endmacro %}`
}

/** Reads a signature: names, separated by commas, with `=default` where there is one. */
export function shapeOf(namespace: Namespace, signature: string, version: number): MacroShape {
  const open = signature.indexOf('(')
  const parameters = signature
    .slice(open + 1, -1)
    .split(/,\s*(?=\w+(?:=|,|$))/)
    .filter((part) => part !== '')
  return {
    namespace,
    name: signature.slice(0, open),
    version,
    parameters: parameters.map((part) => {
      const at = part.indexOf('=')
      return at < 0 ? { name: part } : { name: part.slice(0, at), initial: part.slice(at + 1) }
    }),
  }
}
