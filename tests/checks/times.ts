import type { CasesByCheck } from './cases.ts'

const none = { rows: '', failures: 0 }
const old = `timestamp '2020-01-01 00:00:00'`
const now = 'cast(now() as timestamp)'

/** Checks of when values were, over whole relations. */
export const ofTimes: CasesByCheck = {
  recency: {
    column: 'seen',
    columns: 'seen timestamp, word varchar',
    given: { within: '2 days' },
    passes: { rows: `(${old}, 'a'), (${now}, 'b')`, failures: 0 },
    fails: { rows: `(${old}, 'a')`, failures: 1 },
    nulls: { rows: `(null, 'a')`, failures: 0 },
    duplicates: { rows: `(${old}, 'a'), (${old}, 'a')`, failures: 1 },
    empty: none,
    unicode: { rows: `(${old}, '어제')`, failures: 1 },
    more: {
      'judges each group': {
        rows: `(${old}, 'a'), (${now}, 'b'), (${old}, 'c'), (${now}, 'c')`,
        given: { group_by: ['word'] },
        failures: 1,
      },
    },
  },
  freshness_sla: {
    column: 'seen',
    columns: 'seen timestamp, word varchar',
    given: { by: '00:00' },
    passes: { rows: `(${old}, 'a'), (${now} + interval '1' hour, 'b')`, failures: 0 },
    fails: { rows: `(${old}, 'a'), (cast(now() as timestamp) - interval '2' day, 'b')`, failures: 1 },
    nulls: { rows: `(null, 'a')`, failures: 0 },
    duplicates: { rows: `(${old}, 'a'), (${old}, 'a')`, failures: 1 },
    empty: none,
    unicode: { rows: `(${old}, '아침')`, failures: 1 },
    more: {
      'lets go on days that do not count, as long as the last one that does is there': {
        rows: `(cast(now() as timestamp) - interval '3' day, 'a'), (date_trunc('week', cast(now() as timestamp)), 'a')`,
        given: { days: ['monday'] },
        failures: 0,
      },
      'finds that the last day that counts is missing': {
        rows: `(date_trunc('week', cast(now() as timestamp)) - interval '1' day, 'a')`,
        given: { days: ['monday'] },
        failures: 1,
      },
    },
  },
  complete_dates: {
    column: 'seen',
    columns: 'seen timestamp, word varchar',
    passes: { rows: `(timestamp '2024-02-28 23:00:00', 'a'), (timestamp '2024-02-29 01:00:00', 'b')`, failures: 0 },
    fails: { rows: `(timestamp '2024-02-28 00:00:00', 'a'), (timestamp '2024-03-02 12:00:00', 'b')`, failures: 2 },
    nulls: { rows: `(null, 'a'), (timestamp '2024-02-28 00:00:00', 'b')`, failures: 0 },
    duplicates: {
      rows: `(timestamp '2024-01-01 00:00:00', 'a'), (timestamp '2024-01-01 00:00:00', 'a'), (timestamp '2024-01-03 00:00:00', 'a')`,
      failures: 1,
    },
    empty: none,
    unicode: {
      rows: `(timestamp '2024-01-01 00:00:00', '하루'), (timestamp '2024-01-03 00:00:00', '하루')`,
      failures: 1,
    },
    more: {
      'counts months of any length': {
        rows: `(timestamp '2024-01-31 00:00:00', 'a'), (timestamp '2024-04-01 00:00:00', 'a')`,
        given: { datepart: 'month' },
        failures: 2,
      },
      'takes every second day': {
        rows: `(timestamp '2024-01-01 00:00:00', 'a'), (timestamp '2024-01-05 00:00:00', 'a')`,
        given: { interval: 2 },
        failures: 1,
      },
      'lets exceptions be': {
        rows: `(timestamp '2024-12-24 00:00:00', 'a'), (timestamp '2024-12-27 00:00:00', 'a')`,
        given: { exceptions: ['2024-12-25'] },
        failures: 1,
      },
      'knows what has to be there at both ends': {
        rows: `(timestamp '2024-01-02 00:00:00', 'a')`,
        given: { from: '2024-01-01', to: '2024-01-04' },
        failures: 2,
      },
    },
  },
}
