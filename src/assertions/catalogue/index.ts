import type { Definition } from '../definition.ts'
import { columnChecks } from './columns.ts'
import {
  aggregationEquals,
  cardinalityEquality,
  equality,
  equalRowcount,
  fewerRowsThan,
  reconcileSum,
  rowcountFactor,
} from './compare.ts'
import { completePartitions } from './complete-partitions.ts'
import { notConstant, notEmpty, rowCount } from './counts.ts'
import { customSql } from './custom.ts'
import { distributionChecks } from './distributions.ts'
import { freshnessSla } from './due.ts'
import { expressionIsTrue } from './expression.ts'
import { formatChecks } from './formats.ts'
import { mutuallyExclusiveRanges } from './intervals.ts'
import { documentChecks } from './json-schema.ts'
import { metricChecks } from './metrics.ts'
import { noFuture, withinPartition } from './moments.ts'
import { alwaysNull, atLeastOne, missing, notEmptyString, notNull, notNullProportion } from './nulls.ts'
import { decreasing, increasing, sequential } from './order.ts'
import { acceptedRange, nonNegative, positive } from './range.ts'
import { completeDates, recency } from './recent.ts'
import { recordChecks } from './records.ts'
import { relationships } from './relationships.ts'
import { shiftChecks } from './shift.ts'
import { textChecks } from './texts.ts'
import { unique, uniqueKey } from './unique.ts'
import { anomaly, columnAnomaly, freshnessAnomaly, volumeAnomaly, volumeChange } from './usual.ts'
import { acceptedValues, notAcceptedValues } from './values.ts'

const definitions: Readonly<Record<string, Definition>> = {
  accepted_range: acceptedRange,
  accepted_values: acceptedValues,
  aggregation_equals: aggregationEquals,
  always_null: alwaysNull,
  anomaly,
  at_least_one: atLeastOne,
  cardinality_equality: cardinalityEquality,
  column_anomaly: columnAnomaly,
  complete_dates: completeDates,
  complete_partitions: completePartitions,
  decreasing,
  equal_rowcount: equalRowcount,
  equality,
  expression_is_true: expressionIsTrue,
  fewer_rows_than: fewerRowsThan,
  freshness_anomaly: freshnessAnomaly,
  freshness_sla: freshnessSla,
  increasing,
  missing,
  mutually_exclusive_ranges: mutuallyExclusiveRanges,
  no_future: noFuture,
  non_negative: nonNegative,
  not_accepted_values: notAcceptedValues,
  not_constant: notConstant,
  not_empty: notEmpty,
  not_empty_string: notEmptyString,
  not_null: notNull,
  not_null_proportion: notNullProportion,
  positive,
  recency,
  reconcile_sum: reconcileSum,
  relationships,
  row_count: rowCount,
  rowcount_factor: rowcountFactor,
  sequential,
  unique,
  unique_key: uniqueKey,
  volume_anomaly: volumeAnomaly,
  volume_change: volumeChange,
  within_partition: withinPartition,
  ...textChecks,
  ...formatChecks,
  ...recordChecks,
  ...metricChecks,
  ...distributionChecks,
  ...columnChecks,
  ...shiftChecks,
  ...documentChecks,
  custom_sql: customSql,
}

/** Every check there is, by its name. */
export const catalogue: ReadonlyMap<string, Definition> = new Map(Object.entries(definitions))
