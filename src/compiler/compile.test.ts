import { describe, expect, test } from 'vitest'
import { compileFiles, graphOf, modelOf, printed } from './compile.fixture.ts'
import { contextNames } from './context.ts'

const carriers = 'models/analytics/carriers.sql'
const daily = `{{ config(materialized='incremental', partition_by='flight_date') }}\n`

function carriersOf(text: string, more: Readonly<Record<string, string>> = {}) {
  return modelOf(graphOf({ ...more, [carriers]: text }), 'analytics.carriers')
}

describe('compile', () => {
  test('upstreams come first, and a model is placed by its layer', () => {
    const graph = graphOf({ [carriers]: "{{ config(materialized='table') }} select * from {{ ref('flights') }}" })
    expect(graph.models.map((model) => model.id)).toEqual([
      'raw_data.airlines',
      'raw_data.flights',
      'analytics.carriers',
    ])
    expect(modelOf(graph, 'analytics.carriers')).toMatchObject({
      relation: { schema: 'analytics', name: 'carriers' },
      dependsOn: ['raw_data.flights'],
      layer: 'analytics',
      batch: 1,
    })
  })

  test('compiling twice gives the same graph, as plain data', () => {
    const files = { [carriers]: `${daily}select 1 from {{ ref('flights') }} where {{ partition_filter('flights') }}` }
    const graph = graphOf(files)
    expect(JSON.parse(JSON.stringify(graph))).toEqual(JSON.parse(JSON.stringify(graphOf(files))))
    expect(JSON.parse(JSON.stringify(graph))).toEqual(graph)
  })

  test('a source filter prints the instants of the local days, and declares the edge', () => {
    const model = modelOf(graphOf({}), 'raw_data.flights')
    expect(printed(model.sql)).toContain(
      `from files(source.bts.flights)
where ("scheduled_hour" >= instant '2013-01-05T05:00:00' and "scheduled_hour" < instant '2013-01-07T05:00:00')`,
    )
    expect(model.inputs).toEqual([
      {
        kind: 'window',
        key: 'window:source.bts.flights:-0+0',
        upstream: 'source.bts.flights',
        grid: { unit: 'day', timeZone: 'UTC' },
        reach: { before: 0, after: 0 },
      },
    ])
    expect(model.partitioning).toEqual({
      column: 'flight_date',
      type: 'date',
      grid: { unit: 'day', timeZone: 'America/New_York' },
    })
    expect(model.batch).toBe(365)
  })

  test('a filter on a model prints its column with the alias; before and after reach further', () => {
    const model = carriersOf(
      `${daily}select 1 from {{ ref('flights') }} f where {{ partition_filter(ref('flights'), alias='f', before='27 days', after=1) }}`,
    )
    expect(printed(model.sql)).toContain(
      `(f."flight_date" >= date '2012-12-09' and f."flight_date" < date '2013-01-08')`,
    )
    expect(model.inputs).toMatchObject([{ kind: 'window', key: 'window:raw_data.flights:-27+1' }])
  })

  test('in_window and window print the own window, and printing bounds makes batches of one partition', () => {
    const text = `${daily}select {{ window.end }} as e, {{ window.start_instant }} from (select * from {{ ref('flights') }} f where {{ partition_filter('flights', before=6) }}) x where {{ in_window('flight_date', alias='x') }}`
    const model = carriersOf(text)
    expect(printed(model.sql)).toContain("select date '2013-01-07' as e, instant '2013-01-05T05:00:00' from")
    expect(printed(model.sql)).toContain(
      `(x."flight_date" >= date '2013-01-05' and x."flight_date" < date '2013-01-07')`,
    )
    const dotted = carriersOf(text.replace("'flight_date', alias='x'", "'x.flight_date'"))
    expect(printed(dotted.sql)).toBe(printed(model.sql))
    expect(model.batch).toBe(1)
    expect(carriersOf(text.replace('partition_by=', 'batch=7, partition_by=')).batch).toBe(7)
  })

  test('a relation read twice needs two filters, and their reaches make one edge', () => {
    const model = carriersOf(
      `${daily}select 1 from {{ ref('flights') }} as a join {{ ref('flights') }} b using (carrier)
       where {{ partition_filter('flights', alias='a') }} and {{ partition_filter('flights', alias='b', before=3) }}`,
    )
    expect(model.inputs).toMatchObject([{ reach: { before: 3, after: 0 } }])
  })

  test('a table read by a partitioned model is a reference, and on_change says whether it reopens', () => {
    const text = (options: string) =>
      `${daily}select 1 from {{ ref('flights') }}, {{ ref('airlines'${options}) }} where {{ partition_filter('flights') }}`
    expect(carriersOf(text('')).inputs[1]).toEqual({
      kind: 'reference',
      key: 'reference:raw_data.airlines',
      upstream: 'raw_data.airlines',
      onChange: 'keep',
    })
    expect(carriersOf(text(", on_change='rebuild'")).inputs[1]).toMatchObject({ onChange: 'rebuild' })
  })

  test('all_partitions makes a reference of a partitioned upstream', () => {
    const model = carriersOf(`${daily}select 1 from {{ ref('flights', all_partitions=true) }}`)
    expect(model.inputs).toMatchObject([{ kind: 'reference', upstream: 'raw_data.flights', onChange: 'keep' }])
  })

  test('a table reads everything whole', () => {
    const model = carriersOf(
      "{{ config(materialized='table') }}select 1 from {{ ref('flights') }}, {{ ref('airlines') }}",
    )
    expect(model.inputs).toEqual([
      { kind: 'whole', key: 'whole:raw_data.flights', upstream: 'raw_data.flights' },
      { kind: 'whole', key: 'whole:raw_data.airlines', upstream: 'raw_data.airlines' },
    ])
  })

  test('is_incremental is true where partitions are built, and false elsewhere', () => {
    const text = (config: string) =>
      `${config}select {% if is_incremental() %}1{% else %}2{% endif %} from {{ ref('flights', all_partitions=true) }}`
    expect(printed(carriersOf(text(daily)).sql)).toContain('select 1 from')
    expect(printed(carriersOf(text("{{ config(materialized='table') }}")).sql)).toContain('select 2 from')
  })

  test('an incremental without partitions has two texts, the edges of both, and a fingerprint of both', () => {
    const text = (second: string) => `{{ config(materialized='incremental', unique_key='id') }}
select 1 as id from {{ ref('flights') }}{% if is_incremental() %} where id > (select max(id) from {{ this }})
  and id in (select id from {{ ref('airlines') }}) ${second}{% endif %}`
    const model = carriersOf(text(''))
    expect(printed(model.sql)).not.toContain('where')
    expect(model.incrementalSql && printed(model.incrementalSql)).toContain('where id > (select max(id) from ')
    expect(model.dependsOn).toEqual(['raw_data.flights', 'raw_data.airlines'])
    expect(model.inputs.map(({ kind, upstream }) => `${kind} ${upstream}`)).toEqual([
      'whole raw_data.flights',
      'whole raw_data.airlines',
    ])
    expect(carriersOf(text('and true')).fingerprint).not.toBe(model.fingerprint)
  })

  test('a text that does not ask is_incremental() is rendered once', () => {
    const model = carriersOf("{{ config(materialized='incremental', unique_key='id') }}select 1 as id")
    expect(model.incrementalSql).toBeUndefined()
  })

  test('this of a partitioned model is an edge to its own partitions before', () => {
    const files = {
      [carriers]: `${daily}select date '2024-01-01' as flight_date from {{ this }} as t where {{ partition_filter(this, alias='t', before=2) }}`,
      'models/analytics/carriers.yml':
        'models:\n  - name: carriers\n    columns: [{ name: flight_date, data_type: date }]\n',
    }
    const model = modelOf(graphOf(files), 'analytics.carriers')
    expect(model.inputs).toEqual([{ kind: 'self', key: 'self:-2', upstream: 'analytics.carriers', before: 2 }])
    expect({ batch: model.batch, dependsOn: model.dependsOn }).toEqual({ batch: 1, dependsOn: [] })
  })

  test('vars, allowed environment variables, target and macros', () => {
    const files = {
      'macros/money.sql': '{% macro cents(column) %}({{ column }} * 100 + {{ var("minimum") }}){% endmacro %}',
      [carriers]: `select {{ cents('x') }}, '{{ env_var("ELT_MODE") }}', '{{ env_var("ELT_NONE", "no") }}', '{{ var("none", 3) }}', '{{ target.name }} {{ target.type }} {{ target.schema }}'`,
    }
    const model = modelOf(graphOf(files, { ELT_MODE: 'test' }), 'analytics.carriers')
    expect(printed(model.sql)).toBe("select (x * 100 + 5), 'test', 'no', '3', 'local duckdb analytics'")
  })

  test('a source without a date in its paths is one reference, whatever the window', () => {
    const model = modelOf(
      graphOf({
        'models/raw_data/sources.yml': `sources: [{ name: bts, tables: [
          { name: flights, files: data/flights.csv, event_time: at, columns: [{ name: at, data_type: local }] },
          { name: airlines, files: data/airlines.csv, columns: [{ name: carrier, data_type: text }] }] }]`,
        'models/raw_data/flights.sql': `${daily}select * from {{ source('bts', 'flights') }} where {{ partition_filter('bts.flights', before=1) }}`,
      }),
      'raw_data.flights',
    )
    expect(printed(model.sql)).toContain(`"at" >= local '2013-01-04T00:00:00' and "at" < local '2013-01-07T00:00:00'`)
    expect(model.inputs).toMatchObject([{ kind: 'reference', upstream: 'source.bts.flights', onChange: 'keep' }])
  })

  test.each(contextNames)('a macro cannot take the name %s', (name) => {
    const { diagnostics } = compileFiles({ 'macros/own.sql': `{% macro ${name}() %}1{% endmacro %}` })
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual(['reserved-macro'])
  })

  test('every reserved name is one that models see', () => {
    const uses = contextNames.map((name) => `{% if ${name} is defined %}${name} {% endif %}`).join('')
    expect(printed(carriersOf(`select '${uses}'`).sql)).toBe(`select '${contextNames.join(' ')} '`)
  })

  test('a disabled model is left out', () => {
    const graph = graphOf({ [carriers]: '{{ config(enabled=false) }}select 1' })
    expect(graph.models.map((model) => model.id)).not.toContain('analytics.carriers')
  })

  test('log is a note at its place and prints nothing', () => {
    const { value, diagnostics } = compileFiles({ [carriers]: "select 1{{ log('hello') }}" })
    expect(value).toBeDefined()
    expect(diagnostics).toMatchObject([{ code: 'template-log', severity: 'note', message: 'hello' }])
  })

  test('what stands in SQL comments is neither read nor a hole', () => {
    const model = carriersOf("select 1 -- from {{ ref('flights') }} where {{ window.start }}\n")
    expect(model.dependsOn).toEqual([])
    expect(printed(model.sql)).toBe('select 1 -- from `flights` where `window.start`\n')
  })

  test('a trailing semicolon is dropped', () => {
    expect(printed(carriersOf('select 1; -- done').sql)).toBe('select 1 -- done\n')
  })

  test('begin and end are ordinals of the partitions', () => {
    const text = `{{ config(materialized='incremental', partition_by={'column': 'm', 'unit': 'month'}, begin='2013-02', end='2014-01-01') }}select 1 from {{ ref('airlines') }}`
    expect(carriersOf(text)).toMatchObject({ begin: 517, end: 528, batch: 12 })
  })
})

describe('ephemeral models', () => {
  const files = {
    'models/analytics/inner.sql':
      "{{ config(materialized='ephemeral') }}select * from {{ ref('flights') }} where {{ partition_filter('flights', before=2) }};",
    'models/analytics/outer.sql':
      "{{ config(materialized='ephemeral') }}with x as (select 1) select * from {{ ref('inner') }}, {{ ref('airlines') }} where {{ in_window('flight_date') }}",
  }

  test('are rendered inside their reader, nested ones first, with its window', () => {
    const model = carriersOf(
      `${daily}with own as (select 2) select * from {{ ref('outer') }}, {{ ref('inner') }}`,
      files,
    )
    expect(printed(model.sql).replace(/\s+/g, ' ').trim()).toBe(
      `with "__elt__inner" as ( select * from <raw_data.flights> where ("flight_date" >= date '2013-01-03' and "flight_date" < date '2013-01-07') ), ` +
        `"__elt__outer" as ( with x as (select 1) select * from "__elt__inner", <raw_data.airlines> where ("flight_date" >= date '2013-01-05' and "flight_date" < date '2013-01-07') ), ` +
        `own as (select 2) select * from "__elt__outer", "__elt__inner"`,
    )
    expect(model.dependsOn).toEqual(['analytics.outer', 'analytics.inner'])
    expect(model.inputs).toEqual([
      {
        kind: 'window',
        key: 'window:raw_data.flights:-2+0',
        upstream: 'raw_data.flights',
        grid: { unit: 'day', timeZone: 'America/New_York' },
        reach: { before: 2, after: 0 },
      },
      {
        kind: 'reference',
        key: 'reference:raw_data.airlines',
        upstream: 'raw_data.airlines',
        onChange: 'keep',
      },
    ])
  })

  test("a window in them is a literal of the reader's column type", () => {
    const text = `{{ config(materialized='incremental', partition_by={'column': 'at', 'type': 'instant'}) }}select * from {{ ref('outer') }}`
    const model = carriersOf(text, files)
    expect(printed(model.sql)).toContain(`where ("flight_date" >= instant '2013-01-05T05:00:00'`)
    expect(printed(model.sql)).toContain(`where ("flight_date" >= date '2013-01-03'`)
  })

  test('all_partitions at the reader makes references of what they read whole', () => {
    const whole = {
      'models/analytics/inner.sql': "{{ config(materialized='ephemeral') }}select * from {{ ref('flights') }}",
    }
    const model = carriersOf(
      `${daily}select * from {{ ref('inner', all_partitions=true, on_change='rebuild') }}`,
      whole,
    )
    expect(model.inputs).toMatchObject([{ kind: 'reference', onChange: 'rebuild' }])
  })
})

describe('views', () => {
  const view = (config: string, text = "select * from {{ ref('flights') }}, {{ ref('airlines') }}") => ({
    'models/analytics/seen.sql': `{{ config(materialized='view'${config}) }}${text}`,
  })
  const partitioned = view(", partition_by='flight_date', reads={'flights': {'before': 2, 'after': 1}}")
  const reader = `${daily}select 1 from {{ ref('seen') }} s where {{ partition_filter('seen', alias='s', before=3) }}`

  test('with partition_by they pass the window on: reaches add up, reference edges stay reference edges', () => {
    const model = carriersOf(reader, partitioned)
    expect(printed(model.sql)).toContain(`from <analytics.seen> s where (s."flight_date" >= date '2013-01-02'`)
    expect(model.inputs).toMatchObject([
      { kind: 'window', key: 'window:raw_data.flights:-5+1' },
      { kind: 'reference', upstream: 'raw_data.airlines', onChange: 'keep' },
    ])
  })

  describe('cut otherwise than what they read, or than what reads them', () => {
    const byMonth = (type: string) =>
      view(`, partition_by={'column': 'flight_date', 'unit': 'month', 'type': '${type}'}`)
    const windows = (reading: string, added: Readonly<Record<string, string>>) =>
      carriersOf(reading, added).inputs.flatMap((input) => (input.kind === 'window' ? [input] : []))
    const newYork = { timeZone: 'America/New_York' }

    test('are passed by whole partitions where they are cut by a date', () => {
      const [input] = windows(reader.replace(', before=3', ''), byMonth('date'))
      expect(input).toMatchObject({
        upstream: 'raw_data.flights',
        grid: { unit: 'day', ...newYork },
        reach: { before: 0, after: 0 },
        through: [{ grid: { unit: 'month', ...newYork }, reach: { before: 0, after: 0 } }],
      })
    })

    test('are passed by instants where they are cut by an instant', () => {
      const [input] = windows(reader.replace(', before=3', ''), byMonth('instant'))
      expect(input).not.toHaveProperty('through')
      expect(input).toMatchObject({ grid: { unit: 'day', ...newYork }, reach: { before: 0, after: 0 } })
    })

    test('count a reach in their own partitions, and add those of one kind', () => {
      const twice = {
        ...byMonth('date'),
        'models/analytics/top.sql':
          "{{ config(materialized='view', partition_by={'column': 'flight_date', 'unit': 'month'}, reads={'seen': {'before': 1}}) }}select * from {{ ref('seen') }}",
      }
      const [input] = windows(reader.replaceAll('seen', 'top'), twice)
      expect(input).toMatchObject({
        reach: { before: 0, after: 0 },
        through: [{ grid: { unit: 'month', ...newYork }, reach: { before: 4, after: 0 } }],
      })
    })

    test('change nothing for a reader of the same partitions', () => {
      const monthly =
        "{{ config(materialized='incremental', partition_by={'column': 'flight_date', 'unit': 'month'}) }}\n"
      const [input] = windows(reader.replace(daily, monthly).replace(', before=3', ''), byMonth('date'))
      expect(input).not.toHaveProperty('through')
    })
  })

  test('have the inputs that their own text reads', () => {
    const graph = graphOf(partitioned)
    expect(modelOf(graph, 'analytics.seen').inputs).toMatchObject([
      { kind: 'window', key: 'window:raw_data.flights:-2+1' },
      { kind: 'reference', upstream: 'raw_data.airlines' },
    ])
    expect(modelOf(graphOf(view('')), 'analytics.seen').inputs).toMatchObject([
      { kind: 'whole', upstream: 'raw_data.flights' },
      { kind: 'whole', upstream: 'raw_data.airlines' },
    ])
  })

  test('views over views add their reaches, and ephemerals between them are seen through', () => {
    const model = carriersOf(reader.replaceAll('seen', 'top'), {
      ...partitioned,
      'models/analytics/middle.sql': "{{ config(materialized='ephemeral') }}select * from {{ ref('airlines') }}",
      'models/analytics/top.sql':
        "{{ config(materialized='view', partition_by='flight_date', reads={'seen': {'before': 10}}) }}select * from {{ ref('seen') }}, {{ ref('middle') }}",
    })
    expect(model.inputs).toMatchObject([
      { kind: 'reference', upstream: 'raw_data.airlines' },
      { kind: 'window', key: 'window:raw_data.flights:-15+1' },
    ])
  })

  test('without partition_by a partitioned reader may say all_partitions', () => {
    const model = carriersOf(`${daily}select 1 from {{ ref('seen', all_partitions=true) }}`, view(''))
    expect(model.inputs).toMatchObject([
      { kind: 'reference', upstream: 'raw_data.flights' },
      { kind: 'reference', upstream: 'raw_data.airlines' },
    ])
  })

  test('a view over tables alone is a reference like them', () => {
    const model = carriersOf(`${daily}select 1 from {{ ref('seen') }}`, view('', "select * from {{ ref('airlines') }}"))
    expect(model.inputs).toMatchObject([{ kind: 'reference', upstream: 'raw_data.airlines' }])
  })

  test('a table reads whole what stands behind a partitioned view', () => {
    const model = carriersOf("{{ config(materialized='table') }}select 1 from {{ ref('seen') }}", partitioned)
    expect(model.inputs.map((input) => input.key)).toEqual(['whole:raw_data.flights', 'whole:raw_data.airlines'])
  })
})
