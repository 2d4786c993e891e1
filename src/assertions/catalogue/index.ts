import type { Definition } from '../definition.ts'
import { completePartitions } from './complete-partitions.ts'
import { rowCount } from './counts.ts'
import { expressionIsTrue } from './expression.ts'
import { notNull } from './nulls.ts'
import { acceptedRange } from './range.ts'
import { relationships } from './relationships.ts'
import { unique, uniqueKey } from './unique.ts'
import { acceptedValues, notAcceptedValues } from './values.ts'

const definitions: Readonly<Record<string, Definition>> = {
  accepted_range: acceptedRange,
  accepted_values: acceptedValues,
  complete_partitions: completePartitions,
  expression_is_true: expressionIsTrue,
  not_accepted_values: notAcceptedValues,
  not_null: notNull,
  relationships,
  row_count: rowCount,
  unique,
  unique_key: uniqueKey,
}

/** Every check there is, by its name. */
export const catalogue: ReadonlyMap<string, Definition> = new Map(Object.entries(definitions))
