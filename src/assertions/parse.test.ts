import { describe, expect, it } from 'vitest'
import { checkDistinct } from './index.ts'
import { context, messages, parsed, parsing, partitioned } from './testing.ts'

const problems = (...of: Parameters<typeof parsing>): string[] => messages(parsing(...of).diagnostics)

describe('what is read', () => {
  it('names an assertion after its type, arguments, where and scope, unless it has a name', () => {
    expect(parsed('not_null(carrier)').name).toBe('not_null(carrier)')
    expect(parsed('unique_key', { columns: ['a', 'b'] }).name).toBe('unique_key(a, b)')
    expect(parsed('accepted_values(s)', { values: ['x', 1], where: 'a > 1' }).name).toBe(
      'accepted_values(s: x, 1) where a > 1',
    )
    expect(parsed('row_count', { min: 1, scope: 'last 7' }, partitioned).name).toBe('row_count(1…) in the last 7')
    expect(parsed('not_null(carrier)', { name: 'has_carrier' }).id).toBe('analytics.flights.has_carrier')
  })

  it('knows the names and arguments of dbt, dbt_utils and dbt_expectations', () => {
    const combination = { combination_of_columns: ['a', 'b'] }
    expect(parsed('dbt_utils.unique_combination_of_columns', combination)).toMatchObject({
      type: 'unique_key',
      arguments: { columns: ['a', 'b'] },
    })
    expect(
      parsed('dbt_expectations.expect_column_values_to_be_in_set(s)', { value_set: ['x'], row_condition: 'id > 1' }),
    ).toMatchObject({ type: 'accepted_values', arguments: { values: ['x'] }, where: 'id > 1' })
    expect(parsed('not_null', { column_name: 'carrier' }).column).toBe('carrier')
  })

  it('reads severity, thresholds, limit, tags and scope', () => {
    const given = { severity: 'warn', warn_if: '> 5 %', error_if: '>= 10', limit: 3, tags: 'nightly', scope: 'table' }
    expect(parsed('not_null(a)', given)).toMatchObject({
      severity: 'warn',
      warnIf: { operator: '>', value: 5, percent: true },
      errorIf: { operator: '>=', value: 10, percent: false },
      limit: 3,
      tags: ['nightly'],
      scope: { kind: 'table' },
    })
  })

  it('takes the values of a text column as text, whatever YAML makes of them', () => {
    const at = { ...context, columns: [{ name: 'code', type: 'varchar', description: '' }] }
    expect(parsed('accepted_values(code)', { values: [1, 2] }, at).arguments).toEqual({ values: [1, 2], quote: true })
    expect(parsed('accepted_values(id)', { values: [1, 2] }, at).arguments).toEqual({ values: [1, 2] })
  })

  it('says nothing of an assertion that is switched off', () => {
    expect(parsing('not_null(a)', { enabled: false })).toEqual({ value: undefined, diagnostics: [] })
  })
})

describe('settings of values and of life', () => {
  it('holds conditions of a check that measures a value against the value, but not under the name of another tool', () => {
    expect(parsed('row_count', { error_if: '< 100' })).toMatchObject({
      errorIf: { operator: '<', value: 100, measured: true },
      warnIf: { operator: '!=', value: 0 },
    })
    const foreign = parsed('dbt_expectations.expect_table_row_count_to_be_between', { min_value: 1, error_if: '> 0' })
    expect(foreign.errorIf).toEqual({ operator: '>', value: 0, percent: false })
    expect(problems('row_count', { error_if: '< 5 %' })).toEqual([
      'assertion-argument-invalid: `error_if` of `row_count` must be a condition on the number of rows, without %, and is "< 5 %"',
    ])
  })

  it('reads mostly as the greatest share of bad rows', () => {
    const most = { operator: '>', value: 5, percent: true }
    expect(parsed('not_null(a)', { mostly: 0.95 })).toMatchObject({ warnIf: most, errorIf: most })
    expect(parsed('not_null(a)', { mostly: 0.95, warn_if: '> 0' })).toMatchObject({
      errorIf: most,
      warnIf: { operator: '>', value: 0 },
    })
    expect(problems('row_count', { min: 1, mostly: 0.5 })[0]).toContain('has `mostly`, and judges no single rows')
    expect(problems('not_null(a)', { mostly: 95 })[0]).toContain('must be a number from 0 to 1')
  })

  it('keeps owner, meta and the last day, which change no answer', () => {
    const given = { owner: 'ops', meta: { ticket: 7 }, expires: '2030-01-31' }
    expect(parsed('not_null(a)', given)).toMatchObject(given)
    expect(parsed('not_null(a)', given).hash).toBe(parsed('not_null(a)').hash)
    expect(problems('not_null(a)', { expires: '2030-02-30' })[0]).toContain('must be a date such as 2026-12-31')
  })

  it('reads on_empty and fail_calc, which change the answer', () => {
    const hashes = [{}, { on_empty: 'fail' }, { fail_calc: 'sum(id)' }].map(
      (given) => parsed('not_null(a)', given).hash,
    )
    expect(new Set(hashes).size).toBe(3)
    expect(parsed('not_null(a)', { fail_calc: 'count(*)' }).hash).toBe(hashes[0])
    expect(problems('unique(a)', { fail_calc: 'sum(n)' })[0]).toContain('write it as a singular assertion')
  })
})

describe('what follows from the model', () => {
  const columns = [
    { name: 'id', type: 'integer', description: '' },
    { name: 'price', type: 'decimal(10,2)', description: '' },
    { name: 'seen_at', type: 'instant', description: '' },
  ]
  const seoul = { name: 'day', type: 'date', unit: 'day', timeZone: 'Asia/Seoul' } as const
  const known = { ...partitioned, columns, partitioning: seoul }

  it('completes the columns of equality by those that are documented', () => {
    const to = { to: 'airports' }
    expect(parsed('equality', { ...to, exclude: ['ID'] }, known).arguments.columns).toEqual(['price', 'seen_at'])
    expect(parsed('equality', { ...to, precision: 1 }, known).arguments).toMatchObject({
      columns: ['id', 'price', 'seen_at'],
      rounded: ['price'],
    })
    expect(parsed('equality', to, known).arguments).toEqual({ to: 'raw_data.airports' })
    expect(problems('equality', { ...to, exclude: ['id'] })[0]).toContain('whose columns are not documented')
  })

  it('reads clocks and dates in the zone of the partitions, and instants as such', () => {
    expect(parsed('no_future(day)', {}, known).arguments.time_zone).toBe('Asia/Seoul')
    expect(parsed('no_future(seen_at)', {}, known).arguments.time_zone).toBe('UTC')
    expect(parsed('within_partition(seen_at)', {}, known).arguments).toMatchObject({
      type: 'instant',
      time_zone: 'Asia/Seoul',
      partitions: seoul,
    })
    expect(problems('within_partition(other)', {}, known)[0]).toContain('needs `type`')
    expect(problems('within_partition(seen_at)', { time_zone: 'Mars/Base' }, known)[0]).toContain('which nobody knows')
    expect(problems('within_partition(seen_at)', { type: 'date' })[0]).toContain('assertion-needs-partitions')
    expect(problems('no_future(day)', { tolerance: 'a while' })[0]).toContain('has a `tolerance` that is none')
  })

  it('compares whole relations, whatever window is asked for', () => {
    const counted = parsed('equal_rowcount', { to: 'airports', scope: 'window' }, known)
    expect(counted).toMatchObject({
      scope: { kind: 'table' },
      blocking: false,
      reads: [known.node, 'raw_data.airports'],
    })
  })
})

describe('blocking', () => {
  it('holds for severity error on the stored rows of one model', () => {
    expect(parsed('not_null(a)').blocking).toBe(true)
    expect(parsed('not_null(a)', { severity: 'warn' }).blocking).toBe(false)
    expect(parsed('not_null(a)', {}, { ...context, materialized: 'view' }).blocking).toBe(false)
    expect(parsed('relationships(a)', { to: 'airports', field: 'faa' }).blocking).toBe(false)
    expect(parsed('complete_partitions', {}, partitioned).blocking).toBe(false)
  })

  it('holds for no source', () => {
    const { materialized: _, ...source } = context
    expect(parsed('not_null(a)', {}, source).blocking).toBe(false)
  })
})

describe('the hash', () => {
  it('changes with what decides the answer, and with nothing else', () => {
    const { hash } = parsed('accepted_range(a)', { min_value: 0, max_value: 9 })
    const same = { max_value: 9, min_value: 0, description: 'x', tags: ['y'], name: 'z', limit: 5 }
    expect(parsed('accepted_range(a)', same).hash).toBe(hash)
    expect(hash).toMatch(/^[0-9a-f]{32}$/)
    const others = [
      parsed('accepted_range(a)', { min_value: 0, max_value: 8 }),
      parsed('accepted_range(b)', { min_value: 0, max_value: 9 }),
      parsed('accepted_range(a)', { min_value: 0, max_value: 9, where: 'x' }),
      parsed('accepted_range(a)', { min_value: 0, max_value: 9, error_if: '> 1' }),
    ]
    expect(new Set([hash, ...others.map((other) => other.hash)]).size).toBe(5)
  })
})

describe('what is refused', () => {
  it('names the nearest assertion for an unknown one', () => {
    const { diagnostics } = parsing('dbt_utils.not_nul(a)')
    expect(messages(diagnostics)).toEqual(['assertion-unknown: there is no assertion `dbt_utils.not_nul`'])
    expect(diagnostics[0]?.help[0]).toBe('an assertion with a similar name exists: not_null')
  })

  it('is no lookup of JavaScript’s own names', () => {
    expect(problems('constructor(a)')).toEqual(['assertion-unknown: there is no assertion `constructor`'])
    expect(problems('not_null(a)', { constructor: 1 })[0]).toContain('assertion-argument-unknown')
  })

  it('reports everything wrong with one assertion at once', () => {
    expect(
      problems('accepted_values', { value: ['x'], severity: 'fatal', where: 'a)', scope: 'all', limit: 0 }),
    ).toEqual([
      'assertion-argument-unknown: `accepted_values` has no argument `value`',
      'assertion-sql-invalid: the SQL of `where` closes a parenthesis that it did not open',
      'assertion-argument-invalid: `scope` of `accepted_values` must be window, table, or "last 7", and is "all"',
      'assertion-argument-invalid: `severity` of `accepted_values` must be one of error, warn, info, and is "fatal"',
      'assertion-argument-invalid: `limit` of `accepted_values` must be a whole number, at least 1, and is 0',
      'assertion-column-missing: `accepted_values` judges a column, and none is given',
      'assertion-argument-missing: `accepted_values` needs `values`',
    ])
  })

  it.each([
    ['unique_key', { columns: [] }, 'a list of different column names'],
    ['unique_key', { columns: ['a', 'a'] }, 'a list of different column names'],
    ['accepted_values(a)', { values: [] }, 'a list of at least one text, number or boolean'],
    ['accepted_values(a)', { values: ['x', null] }, 'a list of at least one text, number or boolean'],
    ['row_count', { min: 1.5 }, 'a whole number, 0 or more'],
    ['accepted_range(a)', { min_value: true }, 'a number, a date or an SQL expression'],
    ['relationships(a)', { to: "ref('a', 'b', 'c')", field: 'x' }, "ref('model') or source('group', 'table')"],
    ['not_null(a)', { error_if: 'many' }, 'a condition such as "> 10", "!= 0" or "> 5 %"'],
  ])('%s %o must be %s', (written, given, expected) => {
    expect(problems(written, given)).toEqual([expect.stringContaining(`must be ${expected}, and is`)])
  })

  it.each([
    ['accepted_range(a)', {}, 'needs `min_value`, `max_value`, or both'],
    ['row_count', {}, 'needs `min`, `max` or `equals`'],
    ['row_count', { equals: 1, min: 1 }, 'has `equals` beside `min` or `max`'],
    ['row_count', { min: 3, max: 2 }, 'has a `min` of 3 above its `max` of 2'],
  ])('%s %o %s', (written, given, detail) => {
    expect(problems(written, given)).toEqual([expect.stringContaining(detail)])
  })

  it.each(['a; drop table x', "a = 'x", '(a', 'a)', '/* a', '-- a'])('the SQL fragment %s', (expression) => {
    expect(problems('expression_is_true', { expression })).toEqual([expect.stringContaining('assertion-sql-invalid')])
  })

  it('a reference to what is not in the project, with the nearest', () => {
    const { diagnostics } = parsing('relationships(a)', { to: "ref('airport')", field: 'faa' })
    expect(messages(diagnostics)).toEqual([
      "assertion-reference-unknown: `to` refers to ref('airport'), which is not in the project",
    ])
    expect(diagnostics[0]?.help).toEqual(['a similar name exists: airports'])
  })

  it('partitions where there are none', () => {
    expect(problems('complete_partitions')).toEqual([
      'assertion-needs-partitions: `complete_partitions` needs partitions, and flights has none',
    ])
    expect(problems('row_count', { min: 1, scope: 'last 3' })).toEqual([
      'assertion-needs-partitions: `scope: last 3` needs partitions, and flights has none',
    ])
  })

  it('two of one name', () => {
    const [a, b] = [parsed('not_null(x)'), parsed('not_null(x)', { severity: 'warn' })]
    expect(messages(checkDistinct([a, parsed('unique(x)'), b]))).toEqual([
      'assertion-name-taken: analytics.flights has two assertions named `not_null(x)`',
    ])
  })
})
