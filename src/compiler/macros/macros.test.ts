import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { builtinMacros } from './catalogue.ts'
import { exampleTables } from './example.fixture.ts'
import { isLike } from './like.ts'
import { compiled, connection, modelOf, problems, rowsOf, sqlOf, table, useWarehouse } from './testing.ts'

useWarehouse()
beforeAll(async () => {
  for (const [name, select] of Object.entries(exampleTables)) await table(name, select)
})

const said = async (text: string, files?: Readonly<Record<string, string>>) =>
  (await problems(text, files)).map(({ code, message, help }) => [code, message, ...help].join(' | '))

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`
const vars = (text: string) => ({
  'project.yml': `name: shop\ndefault_target: local\nvars: ${text}\ntargets:\n  local: { type: duckdb, path: w.duckdb }\n`,
})

/** Names and values that end a quote, a comment or a tag where they are not written with care. */
const hostile = fc.oneof(
  fc.constantFrom(
    `a"b`,
    `it's`,
    `'; drop table x; --`,
    '{{ x }}',
    '{% raw %}',
    '--',
    '/*',
    'select',
    'a b',
    '%s',
    '\\',
    'Ä',
    '""',
    "''",
  ),
  fc.string({ minLength: 1, maxLength: 12 }).filter((text) => !text.includes('\0') && !/[\ue000-\uf8ff]/.test(text)),
)

describe('surrogate keys', () => {
  const keys = async (more?: Readonly<Record<string, string>>) =>
    (
      await rowsOf(
        "select {{ dbt_utils.generate_surrogate_key(['a', 'b']) }} as k from (values (null, 'x'), ('', 'x'), ('x', null)) as t (a, b)",
        more,
      )
    ).map(({ k }) => k)

  it('tell null from an empty text, and one column from the next', async () => {
    expect(new Set(await keys()).size).toBe(3)
  })

  it('hold null and an empty text for equal where the var says so, as the older macro did', async () => {
    const [none, empty, other] = await keys(vars('{ surrogate_key_treat_nulls_as_empty_strings: true }'))
    expect([none === empty, none === other]).toEqual([true, false])
  })

  it('are part of the fingerprint by the var', async () => {
    const text = "select {{ dbt_utils.generate_surrogate_key(['1']) }} as k"
    const [plain, legacy] = [
      await modelOf(text),
      await modelOf(text, vars('{ surrogate_key_treat_nulls_as_empty_strings: true }')),
    ]
    expect(plain.fingerprint).not.toBe(legacy.fingerprint)
  })

  it('need a column', async () => {
    expect(await said('select {{ dbt_utils.generate_surrogate_key([]) }}')).toEqual([
      'invalid-argument | `dbt_utils.generate_surrogate_key`: `field_list` must be a list of at least one expression | it is dbt_utils.generate_surrogate_key(field_list)',
    ])
  })
})

describe('columns of relations', () => {
  it('are found whatever their names, and stay what they are', async () => {
    const names = fc.uniqueArray(hostile, { minLength: 1, maxLength: 5, selector: (name) => name.toLowerCase() })
    await fc.assert(
      fc.asyncProperty(names, async (columns) => {
        await table('odd', `select ${columns.map((name, i) => `${i} as ${quoted(name)}`).join(', ')}`)
        const expected = Object.fromEntries(columns.map((name, i) => [name, i]))
        expect(await rowsOf("select {{ dbt_utils.star(ref('odd')) }} from {{ ref('odd') }}")).toEqual([expected])
        const bare = "select {{ dbt_utils.star(ref('odd'), quote_identifiers=false) }} from {{ ref('odd') }}"
        expect(await rowsOf(bare)).toEqual([expected])
        expect(await rowsOf("{{ dbt_utils.union_relations([ref('odd')], source_column_name=none) }}")).toEqual([
          expected,
        ])
        expect(await rowsOf("{{ dbt_utils.nullcheck_table(ref('odd')) }}")).toEqual([expected])
        const long = await rowsOf("{{ dbt_utils.unpivot(ref('odd'), quote_identifiers=true) }}")
        expect(long).toEqual(columns.map((name, i) => ({ field_name: name, value: String(i) })))
      }),
      { numRuns: 25 },
    )
  })

  it('are left out whatever their capitals', async () => {
    const star =
      "select {{ dbt_utils.star(ref('rides'), except=['RIDER', 'Status'], relation_alias='r') }} from {{ ref('rides') }} as r"
    expect(await sqlOf(star)).toContain('r."id",\n  r."fare"')
  })

  it('take other names, a prefix or none', async () => {
    const star = "{{ dbt_utils.star(ref('old_rides'), suffix='_x', rename={'ID': 'ride'}, unquote_aliases=true) }}"
    expect(await sqlOf(`select ${star}`)).toBe('select "id" as ride,\n  "rider" as rider_x,\n  "tipped" as tipped_x')
  })

  it('of a source are those that it declares, without a question', async () => {
    const files = {
      'models/raw_data/sources.yml':
        'sources:\n  - name: app\n    tables:\n      - name: users\n        files: data/users.csv\n        columns: [{ name: id, data_type: bigint }, { name: name, data_type: text }]\n',
      'models/raw_data/users.sql':
        "{{ config(materialized='table') }}select {{ dbt_utils.star(source('app', 'users')) }} from {{ source('app', 'users') }}",
    }
    const { value, queries } = await compiled('select 1 as x', files)
    const sql = value?.models.find(({ id }) => id === 'raw_data.users')?.sql
    expect({
      sql: sql?.pieces
        .map((piece) => ('text' in piece ? piece.text : ''))
        .join('')
        .trim(),
      queries,
    }).toMatchObject({
      sql: expect.stringContaining('select "id",\n  "name" from'),
      queries: [],
    })
  })

  it('may be asked for only where the layer may read', async () => {
    const files = {
      'models/raw_data/sources.yml':
        'sources:\n  - name: app\n    tables:\n      - name: users\n        files: data/users.csv\n        columns: [{ name: id, data_type: bigint }]\n',
      'models/adhoc/secret.sql': "{{ config(materialized='table') }}select 1 as a",
    }
    await connection.run('create schema if not exists adhoc; create or replace table adhoc.secret as select 1 as a')
    const codes = await problems("select {{ dbt_utils.star(ref('secret')) }}", files)
    expect(codes.map(({ code }) => code)).toEqual(['layer-violation'])
  })

  it('make the model another one when they change', async () => {
    const text = "select {{ dbt_utils.star(ref('changing')) }} from {{ ref('changing') }}"
    await table('changing', 'select 1 as a')
    const before = await modelOf(text)
    await table('changing', 'select 1 as a, 2 as b')
    expect((await modelOf(text)).fingerprint).not.toBe(before.fingerprint)
  })

  it('are objects with a name and a type in `adapter.get_columns_in_relation`', async () => {
    const text =
      "select '{% for c in adapter.get_columns_in_relation(ref('rides')) %}{{ c.name }} {{ c.data_type }} {{ c.is_string() }} {{ c.is_number() }};{% endfor %}' as value"
    expect((await rowsOf(text))[0]?.value).toBe(
      'id INTEGER False True;rider VARCHAR True False;status VARCHAR True False;fare DECIMAL(3,1) False True;',
    )
  })

  it.each([
    ['a name for a relation', "select {{ dbt_utils.star('rides') }}", "write ref('rides')"],
    [
      'nothing left',
      "select {{ dbt_utils.star(ref('old_rides'), except=['id', 'rider', 'tipped']) }}",
      'no column is left',
    ],
    [
      'include and exclude',
      "{{ dbt_utils.union_relations([ref('rides')], include=['id'], exclude=['id']) }}",
      'not both',
    ],
    ['no relations', '{{ dbt_utils.union_relations([]) }}', 'at least one relation'],
    [
      'a column that is not there',
      "{{ dbt_utils.unpivot(ref('old_rides'), exclude=['idd']) }}",
      'no column `idd` | its columns: id, rider, tipped',
    ],
    ['texts for columns', "select {{ dbt_utils.nullcheck(['id']) }}", 'must be a list of columns'],
  ])('are refused: %s', async (_, text, message) => {
    expect((await said(text)).join()).toContain(message)
  })
})

describe('relations by pattern', () => {
  it.each([
    ['', '', true],
    ['abc', 'a%c', true],
    ['abc', 'A_C', true],
    ['abc', '%b', false],
    ['abc', 'abc_', false],
    ['aab', '%ab', true],
    ['a', '%%', true],
    ['', '_', false],
  ])('%s is like %s: %s', (name, pattern, is) => {
    expect(isLike(name, pattern)).toBe(is)
  })

  it('are found as a naive matcher finds them', () => {
    const texts = fc.array(fc.constantFrom('a', 'b', '%', '_'), { maxLength: 8 }).map((all) => all.join(''))
    fc.assert(
      fc.property(texts, texts, (name, pattern) => {
        const naive = new RegExp(`^${pattern.replaceAll('%', '.*').replaceAll('_', '.')}$`, 's')
        expect(isLike(name, pattern)).toBe(naive.test(name))
      }),
    )
  })

  it('are inputs of the model, and others make it another one', async () => {
    const text =
      "{{ dbt_utils.union_relations(dbt_utils.get_relations_by_prefix('raw_data', 'part_'), include=['n']) }}"
    await table('part_a', 'select 1 as n')
    const before = await modelOf(text)
    await table('part_b', 'select 2 as n')
    const after = await modelOf(text)
    expect([before.dependsOn, after.dependsOn]).toEqual([['raw_data.part_a'], ['raw_data.part_a', 'raw_data.part_b']])
    expect(before.fingerprint).not.toBe(after.fingerprint)
  })
})

describe('union_relations', () => {
  it('finds the type that fits where relations have different ones', async () => {
    await table('whole', 'select 1 as n')
    await table('half', 'select cast(1.5 as double) as n')
    const rows = await rowsOf("{{ dbt_utils.union_relations([ref('whole'), ref('half')], source_column_name=none) }}")
    expect(rows).toEqual([{ n: 1 }, { n: 1.5 }])
  })

  it('casts as it is told', async () => {
    const text =
      "{{ dbt_utils.union_relations([ref('old_rides')], include=['ID'], column_override={'id': 'varchar'}, source_column_name='from where') }}"
    expect(await rowsOf(text)).toEqual([{ 'from where': 'raw_data.old_rides', id: '9' }])
  })
})

describe('pivot', () => {
  it('keeps every value within its literal and its name', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(hostile, { minLength: 1, maxLength: 4, selector: (one) => one.toLowerCase() }),
        async (values) => {
          await table(
            'colours',
            `select * from (values ${values.map((one) => `(${literal(one)})`).join(', ')}) as t (colour)`,
          )
          const text =
            "select {{ dbt_utils.pivot('colour', dbt_utils.get_column_values(ref('colours'), 'colour')) }} from {{ ref('colours') }}"
          const [row] = await rowsOf(text)
          expect(row).toEqual(Object.fromEntries(values.map((one) => [one, 1])))
        },
      ),
      { numRuns: 25 },
    )
  })

  it('has numbers, true and none among its values', async () => {
    const text =
      "select {{ dbt_utils.pivot('x', [1, none], prefix='n') }}, {{ dbt_utils.pivot('x > 1', [true], agg='max') }} from (values (1), (2), (null)) as t (x)"
    expect(await rowsOf(text)).toEqual([{ n1: 1, nnull: 1, true: 1 }])
  })

  it('names columns as told', async () => {
    const pivot = (more: string) => sqlOf(`select {{ dbt_utils.pivot('x', ['A b'], ${more}) }}`)
    expect(await pivot("quote_identifiers=false, suffix='!'")).toContain('end) as a_b')
    expect(await pivot('alias=false')).toMatch(/end\)$/)
    expect(await pivot("cmp='>', agg='count', distinct=true, then_value='y', else_value=none")).toContain(
      `count(distinct case when x > 'A b' then y else null end) as "A b"`,
    )
  })

  it('refuses a value that gives no name', async () => {
    expect((await said("select {{ dbt_utils.pivot('x', ['']) }}"))[0]).toContain(
      "the value '' gives no name of a column",
    )
  })
})

describe('rows in a series', () => {
  const spine = async (part: string, start: string, end: string) =>
    (await rowsOf(`{{ dbt_utils.date_spine('${part}', "${start}", "${end}") }}`)).map((row) => row[`date_${part}`])

  it.each([
    ['nothing between equal dates', 'day', "date '2024-01-01'", "date '2024-01-01'", []],
    ['nothing to an earlier end', 'day', "date '2024-01-02'", "date '2024-01-01'", []],
    [
      'months by the calendar',
      'month',
      "date '2023-12-31'",
      "date '2024-03-01'",
      ['2023-12-31T00:00:00', '2024-01-31T00:00:00', '2024-02-29T00:00:00'],
    ],
    [
      'hours',
      'hour',
      "timestamp '2024-01-01 22:00:00'",
      "timestamp '2024-01-02 00:00:00'",
      ['2024-01-01T22:00:00', '2024-01-01T23:00:00'],
    ],
    [
      'an end that a query says',
      'day',
      "date '2024-02-29'",
      '(select max(day) from raw_data.days)',
      ['2024-02-29T00:00:00'],
    ],
    ['dates as texts', 'week', "'2024-01-01'", "'2024-01-15'", ['2024-01-01T00:00:00', '2024-01-08T00:00:00']],
  ])('date_spine gives %s', async (_, part, start, end, expected) => {
    expect(await spine(part, start, end)).toEqual(expected)
  })

  it('can be the query of a `with`', async () => {
    const text =
      "with days as (\n{{ dbt_utils.date_spine('day', \"date '2024-01-01'\", \"date '2024-01-03'\") }}\n) select count(*) as n from days"
    expect(await rowsOf(text)).toEqual([{ n: 2 }])
  })

  it.each(['0', '-1', '1.5', "'3'"])('generate_series(%s) is refused', async (bound) => {
    expect((await said(`{{ dbt_utils.generate_series(${bound}) }}`))[0]).toContain('must be a positive integer')
  })

  it('get_powers_of_two counts as many as reach a number', async () => {
    expect(
      await sqlOf(
        'select {{ dbt_utils.get_powers_of_two(1) }}, {{ dbt_utils.get_powers_of_two(8) }}, {{ dbt_utils.get_powers_of_two(9) }}',
      ),
    ).toBe('select 1, 3, 4')
  })
})

describe('deduplicate', () => {
  it('keeps one row of ties, and rows with nulls', async () => {
    await table('twice', "select * from (values (1, null), (1, null), (null, 'x'), (null, 'y')) as t (k, v)")
    const text = "select k, v from ({{ dbt_utils.deduplicate(ref('twice'), 'k', 'v') }}) as once order by k"
    expect(await rowsOf(text)).toEqual([
      { k: 1, v: null },
      { k: null, v: 'x' },
    ])
  })

  it('takes a name of the query itself', async () => {
    const text =
      "with pairs as (select 1 as k, 2 as v union all select 1, 3) {{ dbt_utils.deduplicate('pairs', 'k', 'v desc') }}"
    expect(await rowsOf(text)).toEqual([{ k: 1, v: 3 }])
  })
})

describe('arithmetic', () => {
  it('width_bucket is the bucket that a naive count finds', async () => {
    const cases = fc.record({
      value: fc.integer({ min: -30, max: 30 }),
      low: fc.integer({ min: -10, max: 10 }),
      width: fc.integer({ min: 1, max: 4 }),
      count: fc.integer({ min: 1, max: 6 }),
    })
    await fc.assert(
      fc.asyncProperty(cases, async ({ value, low, width, count }) => {
        const high = low + width * count
        const naive = value < low ? 0 : value >= high ? count + 1 : Math.floor((value - low) / width) + 1
        const [row] = await rowsOf(
          `select {{ dbt_utils.width_bucket('x', '${low}', '${high}', ${count}) }} as b from (select ${value} as x)`,
        )
        expect(row?.b).toBe(naive)
      }),
      { numRuns: 40 },
    )
  })

  it('keeps its meaning beside operators', async () => {
    const text =
      "select 10 - {{ dbt_utils.safe_add(['1', '2']) }} as a, 2 * {{ dbt_utils.safe_subtract(['5', '2']) }} as b, 1 / {{ dbt_utils.safe_divide('1 + 1', '2 + 2') }} as c, {{ dbt.concat(['a or b', \"'x'\"]) }} as d, {{ dbt.dateadd('day', 'n + 1', \"date '2024-01-01'\") }} as e from (select true as a, false as b, 1 as n)"
    expect(await rowsOf(text)).toEqual([{ a: 7, b: 6, c: 2, d: 'truex', e: '2024-01-03T00:00:00' }])
  })

  it('safe_divide by nothing is null', async () => {
    expect(
      await rowsOf(
        "select {{ dbt_utils.safe_divide(1, 0) }} as a, {{ dbt_utils.safe_divide('x', 'x') }} as b from (select null::int as x)",
      ),
    ).toEqual([{ a: null, b: null }])
  })

  it('haversine_distance is 0 between one place and itself, and refuses other units', async () => {
    expect(await rowsOf('select {{ dbt_utils.haversine_distance(1.5, 2.5, 1.5, 2.5) }} as d')).toEqual([{ d: 0 }])
    expect((await said("select {{ dbt_utils.haversine_distance(1, 2, 3, 4, unit='m') }}"))[0]).toContain(
      "must be 'mi' or 'km'",
    )
  })
})

describe('addresses', () => {
  const urls: readonly (readonly [string | null, string | null, string | null, string | null])[] = [
    ['https://example.org/a/b?a=1&b=2', 'example.org', 'a/b', '1'],
    ['http://example.org', 'example.org', '', null],
    ['example.org?a=1', 'example.org', '', '1'],
    ['android-app://com.example/x', 'com.example', 'x', null],
    ['https://example.org/a?data=7&a=8#top', 'example.org', 'a', '8'],
    ['https://example.org/a?a=#top', 'example.org', 'a', null],
    ['https://example.org/#a/b', 'example.org', '', null],
    ['', '', '', null],
    [null, null, null, null],
  ]
  it.each(urls)('%s', async (url, host, path, parameter) => {
    await table('urls', `select cast(${url === null ? 'null' : literal(url)} as varchar) as url`)
    const text =
      "select {{ dbt_utils.get_url_host('url') }} as host, {{ dbt_utils.get_url_path('url') }} as path, {{ dbt_utils.get_url_parameter('url', 'a') }} as parameter from {{ ref('urls') }}"
    expect(await rowsOf(text)).toEqual([{ host, path, parameter }])
  })

  it('a parameter stays within its literal', async () => {
    expect(await rowsOf(`select {{ dbt_utils.get_url_parameter("'x?it''s=1'", "it's") }} as value`)).toEqual([
      { value: '1' },
    ])
  })
})

describe('texts', () => {
  it.each([
    ["they're", "they're"],
    ["they''re", "they're"],
    ["''", "'"],
    ["'; drop table x; --", "'; drop table x; --"],
    ["'''", "'''"],
  ])('string_literal never ends early: %s', async (text, value) => {
    expect(await rowsOf(`select {{ dbt.string_literal(${JSON.stringify(text)}) }} as value`)).toEqual([{ value }])
  })

  it.each([
    ['Venmo App', 'venmo_app'],
    ['ca$h-money', 'cah_money'],
    ['1337pay', '_1337pay'],
    ['', ''],
    ['É !', '_'],
  ])('slugify %s', async (text, slug) => {
    expect(await rowsOf(`select '{{ dbt_utils.slugify(${JSON.stringify(text)}) }}' as value`)).toEqual([
      { value: slug },
    ])
  })

  it('listagg joins all, in any order, or those that are not null', async () => {
    const list = (call: string) =>
      rowsOf(`select {{ dbt.listagg(${call}) }} as v from (values (2), (null), (1), (2)) as t (x)`)
    expect(await list("'x', \"'+'\", 'order by x desc'")).toEqual([{ v: '2+2+1' }])
    expect(await list("'distinct x', order_by_clause='order by x', limit_num=5")).toEqual([{ v: '1,2' }])
  })
})

describe('asking', () => {
  it('get_column_values gives values by frequency, and what a template says else', async () => {
    const values = async (more: string) =>
      (await rowsOf(`select '{{ dbt_utils.get_column_values(ref('rides'), 'rider'${more}) | join('+') }}' as v`))[0]?.v
    expect(await values('')).toBe('ada++bo')
    expect(await values(", order_by='min(id) desc', max_records=2")).toBe('+bo')
    expect(await values(", where='false', default=['x']")).toBe('x')
    expect(await values(", where='false'")).toBe('')
  })

  it('get_single_value falls back where there is no row', async () => {
    expect(await rowsOf("select {{ dbt_utils.get_single_value('select 1 where false', default=7) }} as v")).toEqual([
      { v: 7 },
    ])
  })
})

describe('macros in the place of built-in ones', () => {
  const text = "select {{ dbt_utils.generate_surrogate_key(['1']) }} as k"

  it('of the project are preferred, also by other built-in macros; those of the engine first', async () => {
    const files = {
      'macros/own.sql':
        "{% macro default__hash(field) %}sha256({{ field }}){% endmacro %}{% macro duckdb__concat(fields) %}'c'{% endmacro %}{% macro default__concat(fields) %}'d'{% endmacro %}",
    }
    expect(await sqlOf(text, files)).toBe("select sha256('c') as k")
    expect((await modelOf(text, files)).macros).toEqual([
      'dbt.type_string',
      'dbt_utils.generate_surrogate_key',
      'default__hash',
      'duckdb__concat',
    ])
  })

  it('may call the one that they stand for', async () => {
    const files = {
      'macros/own.sql': '{% macro default__hash(field) %}upper({{ dbt.default__hash(field) }}){% endmacro %}',
    }
    expect(await sqlOf("select {{ dbt.hash('1') }} as k", files)).toBe('select upper(md5(cast(1 as VARCHAR))) as k')
  })

  it('that call themselves end with an error', async () => {
    const files = { 'macros/own.sql': '{% macro default__hash(field) %}{{ dbt.hash(field) }}{% endmacro %}' }
    expect((await problems("select {{ dbt.hash('1') }} as k", files)).map(({ code }) => code)).toEqual([
      'template-limit',
    ])
  })

  it('are found by adapter.dispatch, which finds the built-in ones too', async () => {
    expect(await sqlOf("select {{ adapter.dispatch('length', 'dbt')(\"'a'\") }} as k")).toBe("select length('a') as k")
  })
})

describe('a package of the project with the name of a built-in one', () => {
  const files = {
    'project.yml':
      'name: shop\ndefault_target: local\npackages: [{ local: packages/dbt_utils }]\ntargets:\n  local: { type: duckdb, path: w.duckdb }\n',
    'packages/dbt_utils/project.yml': 'name: dbt_utils\n',
    'packages/dbt_utils/macros/safe_add.sql':
      "{% macro safe_add(fields) %}{{ fields | join(' plus ') }}{{ dbt.length('a') }}{% endmacro %}",
  }

  it('stands for all of it', async () => {
    expect(await sqlOf("select {{ dbt_utils.safe_add(['a', 'b']) }}", files)).toBe('select a plus blength(a)')
    expect(await said("select {{ dbt_utils.safe_subtract(['a']) }}", files)).toEqual([
      expect.stringContaining('undefined-member | the package `dbt_utils` has no `safe_subtract`'),
    ])
  })
})

describe('versions of built-in macros', () => {
  it('are part of the fingerprints of the models that call them, and of no others', async () => {
    const hash = builtinMacros.dbt.get('hash')
    const prints = async () => [
      (await modelOf("select {{ dbt_utils.generate_surrogate_key(['1']) }} as k")).fingerprint,
      (await modelOf('select {{ dbt.length("\'a\'") }} as k')).fingerprint,
    ]
    const before = await prints()
    try {
      Object.assign(hash ?? {}, { version: 2 })
      const after = await prints()
      expect([after[0] === before[0], after[1] === before[1]]).toEqual([false, true])
    } finally {
      Object.assign(hash ?? {}, { version: 1 })
    }
  })

  it('stand in the graph, with the macros that are called', async () => {
    const { value } = await compiled("select {{ dbt.hash('1') }} as k")
    expect(value?.macros).toEqual([
      {
        name: 'hash',
        package: 'dbt',
        path: '',
        source: '{% macro hash(field) %}{# built in, version 1 #}{% endmacro %}',
        macros: [],
      },
    ])
  })
})

describe('mistakes', () => {
  it.each([
    [
      "select {{ dbt_utils.surrogate_key(['a']) }}",
      'template-unsupported | `dbt_utils.surrogate_key` is not supported in templates | write `dbt_utils.generate_surrogate_key([…])`',
    ],
    ["select {{ dbt_utils.datediff('a', 'b', 'day') }}", 'write `dbt.datediff(…)`'],
    [
      "select {{ dateadd('day', 1, 'x') }}",
      'template-unsupported | `dateadd` is not supported in templates | call it as `dbt.dateadd(…)`',
    ],
    ["select {{ dbt_utils.stars(ref('rides')) }}", 'a member with a similar name exists: `star`'],
    ["select {{ dbt_utils.star(ref('rides'), excpt=['id']) }}", 'an argument with a similar name exists: `except`'],
    ["select {{ dbt.dateadd('fortnight', 1, 'x') }}", '`datepart` must be one of microsecond'],
    ['select {{ dbt.date(2023, 2, 29) }}', 'there is no 2023-02-29'],
    [
      "select {{ dbt_utils.get_tables_by_prefix_sql('a', 'b') }}",
      "name the models that are meant: `[ref('a'), ref('b')]`",
    ],
    ['{{ dbt_utils.pretty_time() }}', 'compiling twice has to give the same SQL'],
    ['select {{ dbt.length(none) }}', '`expression` must be SQL as text, not none'],
    ["select {{ dbt.concat('a') }}", '`fields` must be a list'],
    ['select {{ dbt_utils }}', 'the built-in namespace `dbt_utils`'],
  ])('%s', async (text, message) => {
    expect((await said(text)).join('\n')).toContain(message)
  })

  it('that would print without end are stopped', async () => {
    const long = "{% set long = 'x' * 900000 %}"
    for (const call of [
      "dbt_utils.pivot('a', range(1000), then_value=long)",
      "dbt_utils.star(ref('rides'), prefix=long * 9)",
      'dbt.concat([long] * 100)',
    ]) {
      expect((await problems(`${long}select {{ ${call} }}`)).map(({ code }) => code)).toEqual(['template-limit'])
    }
    expect((await said('select 1 {{ dbt_utils.group_by(100000000) }}'))[0]).toContain('can be at most 10000')
  })

  it('have the place of the argument', async () => {
    const [found] = await problems("select\n  {{ dbt_utils.star('rides') }}")
    expect(found?.location).toMatchObject({ path: 'models/analytics/subject.sql', line: 2, column: 21 })
  })

  it('within macros of the project name the call', async () => {
    const files = { 'macros/own.sql': '{% macro all(of) %}{{ dbt_utils.star(of) }}{% endmacro %}' }
    const [found] = await problems("select {{ all('rides') }}", files)
    expect([found?.location?.path, found?.notes]).toEqual([
      'macros/own.sql',
      ['in the macro `all`, called at models/analytics/subject.sql:1:11'],
    ])
  })
})
