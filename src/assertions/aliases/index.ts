import { catalogue } from '../catalogue/index.ts'
import type { Alias } from './alias.ts'
import { ofDbt } from './dbt.ts'
import { ofExpectations } from './expectations.ts'
import { ofUtils } from './utilities.ts'

export type { Alias } from './alias.ts'

/** Every name of another tool, with its package: `dbt_utils.equal_rowcount`. */
export const aliases: ReadonlyMap<string, Alias> = new Map(
  Object.entries({ dbt: ofDbt, dbt_utils: ofUtils, dbt_expectations: ofExpectations }).flatMap(([origin, named]) =>
    Object.entries(named).flatMap(([name, alias]): [string, Alias][] => {
      const foreign: Alias = { ...alias, isForeign: true }
      // Without its package a name is theirs where we have none of the kind.
      return catalogue.has(name)
        ? [[`${origin}.${name}`, foreign]]
        : [
            [`${origin}.${name}`, foreign],
            [name, foreign],
          ]
    }),
  ),
)

/** Every name that an assertion may be written by: ours, and those of other tools. */
export const assertionNames: readonly string[] = [...catalogue.keys(), ...aliases.keys()]
