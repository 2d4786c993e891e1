import { catalogue } from '../catalogue/index.ts'
import type { Alias, Aliases } from './alias.ts'
import { ofDbt } from './dbt.ts'
import { ofExpectations } from './expectations.ts'
import { ofExpectedColumns } from './expected-columns.ts'
import { ofExpectedMetrics, ofGreatExpectations } from './expected-metrics.ts'
import { ofExpectedValues } from './expected-values.ts'
import { secondNames } from './second-names.ts'
import { ofUtils } from './utilities.ts'

const packages: Readonly<Record<string, Aliases>> = {
  dbt: ofDbt,
  dbt_utils: ofUtils,
  dbt_expectations: { ...ofExpectations, ...ofExpectedValues, ...ofExpectedMetrics, ...ofExpectedColumns },
  great_expectations: ofGreatExpectations,
}

/** A package's names as they are written there; without the package, too, where we have no check of that name. */
const foreign = Object.entries(packages).flatMap(([origin, named]) =>
  Object.entries(named).flatMap(([name, alias]): [string, Alias][] => {
    const marked: Alias = { ...alias, isForeign: true }
    return catalogue.has(name)
      ? [[`${origin}.${name}`, marked]]
      : [
          [`${origin}.${name}`, marked],
          [name, marked],
        ]
  }),
)

/** Every other name of a check: of other tools, with their package (`dbt_utils.equal_rowcount`), and our own. */
export const aliases: ReadonlyMap<string, Alias> = new Map([...Object.entries(secondNames), ...foreign])

/** Every name that an assertion may be written by: ours, and those of other tools. */
export const assertionNames: readonly string[] = [...catalogue.keys(), ...aliases.keys()]
