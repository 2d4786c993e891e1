import { dateMacros } from './dbt-dates.ts'
import { valueMacros } from './dbt-values.ts'
import type { BuiltinMacro } from './macro.ts'
import type { Namespace } from './shape.ts'
import { askingMacros } from './utils-asking.ts'
import { columnMacros } from './utils-columns.ts'
import { generatorMacros } from './utils-generators.ts'
import { textMacros } from './utils-texts.ts'

/** All macros that are built in, those of one namespace together. */
export const catalogue: readonly BuiltinMacro[] = [
  ...dateMacros,
  ...valueMacros,
  ...columnMacros,
  ...generatorMacros,
  ...askingMacros,
  ...textMacros,
]

const byNamespace = (wanted: Namespace): ReadonlyMap<string, BuiltinMacro> =>
  new Map(catalogue.filter(({ namespace }) => namespace === wanted).map((one) => [one.name, one]))

/** The built-in macros of each namespace by name. */
export const builtinMacros: Readonly<Record<Namespace, ReadonlyMap<string, BuiltinMacro>>> = {
  dbt: byNamespace('dbt'),
  dbt_utils: byNamespace('dbt_utils'),
}

export function isNamespace(name: string): name is Namespace {
  return name === 'dbt' || name === 'dbt_utils'
}
