import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { renderDiagnostic } from '../diagnostics/index.ts'
import { graphOf, modelOf } from './compile.fixture.ts'
import type { Graph, Model } from './graph.ts'
import { select, selectAssertions } from './select.ts'

const reads = (...names: string[]) =>
  `select 1 as x from ${names.map((name) => `{{ ref('${name}') }}`).join(', ') || 'x'}`

const graph = graphOf({
  'models/analytics/finance/revenue.sql': `{{ config(materialized='table', tags=['nightly', 'money']) }}${reads('flights', 'airlines')}`,
  'models/analytics/finance/margin.sql': `{{ config(tags='nightly', owner='cfo') }}${reads('revenue')}`,
  'models/analytics/routes.sql': `{{ config(materialized='table', meta={'critical': true}) }}${reads('flights')}`,
  'models/adhoc/trial.sql': reads('margin', 'routes'),
})

function chosen(words: string | readonly string[], exclude: readonly string[] = []): string[] {
  const { value, diagnostics } = select(graph, { select: typeof words === 'string' ? [words] : words, exclude })
  if (!value) throw new Error(diagnostics.map((diagnostic) => renderDiagnostic(diagnostic)).join('\n'))
  return value.map((id) => id.slice(id.indexOf('.') + 1)).sort()
}

function refused(words: string): string {
  return select(graph, { select: [words], exclude: [] })
    .diagnostics.map((diagnostic) => renderDiagnostic(diagnostic))
    .join('\n')
}

describe('select', () => {
  test.each([
    ['revenue', ['revenue']],
    ['analytics.revenue', ['revenue']],
    ['analytics', ['margin', 'revenue', 'routes']],
    ['finance', ['margin', 'revenue']],
    ['analytics.finance', ['margin', 'revenue']],
    ['tag:nightly', ['margin', 'revenue']],
    ['tag:n*', ['margin', 'revenue']],
    ['layer:raw_data', ['airlines', 'flights']],
    ['owner:cfo', ['margin']],
    ['path:models/analytics/finance', ['margin', 'revenue']],
    ['./models/analytics/finance/', ['margin', 'revenue']],
    ['path:models/*/routes.sql', ['routes']],
    ['models/analytics/routes.sql', ['routes']],
    ['config.materialized:view', ['margin', 'trial']],
    ['config.meta.critical:true', ['routes']],
    ['config.partition_by.column:flight_date', ['flights']],
    ['config.tags:money', ['revenue']],
    ['r*', ['revenue', 'routes']],
    ['analytics.r*', ['revenue', 'routes']],
    ['*', ['airlines', 'flights', 'margin', 'revenue', 'routes', 'trial']],
    ['+revenue', ['airlines', 'flights', 'revenue']],
    ['revenue+', ['margin', 'revenue', 'trial']],
    ['revenue+1', ['margin', 'revenue']],
    ['1+trial', ['margin', 'routes', 'trial']],
    ['1+revenue+1', ['airlines', 'flights', 'margin', 'revenue']],
    ['@routes', ['airlines', 'flights', 'margin', 'revenue', 'routes', 'trial']],
    ['analytics+', ['margin', 'revenue', 'routes', 'trial']],
    ['source:bts.airlines+', ['airlines', 'margin', 'revenue', 'trial']],
    ['source:bts+1', ['airlines', 'flights']],
    ['routes margin', ['margin', 'routes']],
    ['tag:nightly,config.materialized:table', ['revenue']],
    ['tag:nightly,analytics routes', ['margin', 'revenue', 'routes']],
  ])('%s', (words, expected) => expect(chosen(words)).toEqual(expected))

  test('several texts are a union, and exclude takes away', () => {
    expect(chosen(['routes', 'margin'])).toEqual(['margin', 'routes'])
    expect(chosen(['analytics+'], ['tag:nightly trial'])).toEqual(['routes'])
  })

  test('without selectors, layers outside the default selection stay out', () => {
    expect(chosen([])).toEqual(['airlines', 'flights', 'margin', 'revenue', 'routes'])
    expect(chosen([], ['finance+'])).toEqual(['airlines', 'flights', 'routes'])
  })

  test('the answer is in topological order, however it was asked', () => {
    const order = graph.models.map((model) => model.id)
    for (const words of ['trial +revenue', '+trial', '* airlines']) {
      const { value = [] } = select(graph, { select: [words], exclude: [] })
      expect(value).toEqual(order.filter((id) => value.includes(id)))
    }
  })

  test('a selector that matches nothing is an error, also beside one that does, and in exclude', () => {
    expect(refused('revenu')).toMatchInlineSnapshot(`
      "error[selector-empty]: the selector \`revenu\` matches nothing
      why: a misspelt selector would otherwise look like success
      help: a similar one matches: \`revenue\`"
    `)
    expect(refused('revenue tag:nightlyy')).toMatchInlineSnapshot(`
      "error[selector-empty]: the selector \`tag:nightlyy\` matches nothing
      why: a misspelt selector would otherwise look like success
      help: a similar one matches: \`tag:nightly\`"
    `)
    expect(refused('routes,tag:nightly')).toMatchInlineSnapshot(`
      "error[selector-empty]: the selector \`routes,tag:nightly\` matches nothing
      why: a misspelt selector would otherwise look like success
      help: \`elt ls\` lists the models"
    `)
    expect(refused('source:bts')).toMatchInlineSnapshot(`
      "error[selector-empty]: the selector \`source:bts\` names sources only, and sources are not built
      help: select what reads them: \`source:bts+\`"
    `)
    const excluded = select(graph, { select: [], exclude: ['nothing_like_it'] })
    expect(excluded.diagnostics.map((diagnostic) => diagnostic.code)).toEqual(['selector-empty'])
  })

  test('an exclusion of all that is selected is an error', () => {
    const { value, diagnostics } = select(graph, { select: ['routes'], exclude: ['routes', 'revenue'] })
    expect(value).toBeUndefined()
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'the selector `routes revenue` excludes all that is selected',
    ])
  })

  test('a selector of wrong form is an error', () => {
    expect(refused('tagg:x')).toMatchInlineSnapshot(`
      "error[selector-invalid]: the selector \`tagg:x\` uses the unknown method \`tagg:\`
      help: a method with a similar name exists: \`tag:\`"
    `)
    expect(refused('@routes+')).toMatchInlineSnapshot(
      `"error[selector-invalid]: the selector \`@routes+\` mixes \`@\` and \`+\`: \`@\` adds both directions already"`,
    )
    expect(refused('state:modified')).toMatchInlineSnapshot(
      `"error[selector-invalid]: the selector \`state:modified\` uses the method \`state:\`, which is not supported yet"`,
    )
    expect(refused('routes,,revenue')).toBe(
      'error[selector-invalid]: the selector `routes,,revenue` names nothing on one side of a comma',
    )
    for (const words of ['+', 'tag:', 'config:x', 'tag.x:y']) expect(refused(words)).toContain('selector-invalid')
  })
})

describe('selectAssertions', () => {
  const tested = graphOf({
    'models/raw_data/sources.yml': `sources:
  - name: bts
    tables:
      - { name: flights, files: "data/{yyyy}/{MM}/{dd}.csv", event_time: scheduled_hour, columns: [{ name: scheduled_hour, data_type: instant, data_tests: [not_null] }] }
      - { name: airlines, files: data/airlines.csv, columns: [{ name: carrier, data_type: text, data_tests: [unique] }] }
`,
    'models/analytics/routes.sql': `{{ config(materialized='table') }}${reads('flights')}`,
    'models/analytics/properties.yml': 'models: [{ name: routes, columns: [{ name: x, data_tests: [not_null] }] }]',
    'tests/sql/routes_fly.sql':
      "{{ config(severity='warn') }}select * from {{ ref('routes') }} where x > {{ var('minimum') }};",
  })
  const ids = (...models: string[]) => selectAssertions(tested, models).map((assertion) => assertion.id)

  test('those of a model go with it, with singular ones that read it and those of sources that it reads', () => {
    expect(ids('analytics.routes')).toEqual(['analytics.routes.not_null(x)', 'test.routes_fly'])
    expect(ids('raw_data.airlines')).toEqual(['source.bts.airlines.unique(carrier)'])
    expect(ids('raw_data.flights')).toEqual(['source.bts.flights.not_null(scheduled_hour)'])
    expect(ids()).toEqual([])
  })

  test('a singular one is compiled like a model', () => {
    const singular = tested.assertions.find((assertion) => assertion.id === 'test.routes_fly')
    expect(singular).toMatchObject({ severity: 'warn', reads: ['analytics.routes'], blocking: false })
    expect(singular?.sql?.pieces.map((piece) => ('hole' in piece ? piece.hole : piece.text)).slice(0, 3)).toEqual([
      'select * from ',
      { kind: 'relation', node: 'analytics.routes' },
      ' where x > ',
    ])
  })
})

describe('a random graph', () => {
  const count = 8
  const example = modelOf(graph, 'analytics.routes')
  /** Models `m0` … `m7`, each reading some of those before it, in two layers, with tags. */
  const randomGraph = fc
    .array(
      fc.record({
        reads: fc.array(fc.nat(count - 1), { maxLength: 3 }),
        odd: fc.boolean(),
        tag: fc.constantFrom('a', 'b'),
      }),
      {
        minLength: count,
        maxLength: count,
      },
    )
    .map((entries): Graph => {
      const models = entries.map(({ reads, odd, tag }, i): Model => {
        const layer = odd ? 'adhoc' : 'analytics'
        return {
          ...example,
          id: `${layer}.m${i}`,
          name: `m${i}`,
          layer,
          path: `models/${layer}/m${i}.sql`,
          config: { ...example.config, tags: [tag] },
          dependsOn: [...new Set(reads)]
            .filter((j) => j < i)
            .map((j) => `${entries[j]?.odd ? 'adhoc' : 'analytics'}.m${j}`),
        }
      })
      return { ...graph, models, sources: [] }
    })

  interface Asked {
    readonly base: string
    readonly before: number | undefined
    readonly after: number | undefined
    readonly at: boolean
  }
  const step = fc.constantFrom(undefined, 1, 2, Number.POSITIVE_INFINITY)
  const term: fc.Arbitrary<Asked> = fc.record({
    base: fc.constantFrom('m0', 'm3', 'm*', 'tag:a', 'tag:b', 'layer:adhoc', 'analytics', 'm?'),
    before: step,
    after: step,
    at: fc.boolean(),
  })

  const written = ({ base, before, after, at }: Asked): string => {
    const plus = (n: number | undefined) => (n === undefined ? '' : n === Number.POSITIVE_INFINITY ? '' : String(n))
    if (at) return `@${base}`
    return `${before === undefined ? '' : `${plus(before)}+`}${base}${after === undefined ? '' : `+${plus(after)}`}`
  }

  const named = (model: Model, base: string): boolean => {
    if (base.startsWith('tag:')) return model.config.tags.includes(base.slice(4))
    if (base === 'layer:adhoc') return model.layer === 'adhoc'
    return base.startsWith('m') ? base.length < 2 || /[*?]/.test(base) || model.name === base : model.layer === base
  }

  /** Whether `to` can be reached from `from` by following reads, in at most so many steps: by trying every path. */
  const leads = (models: readonly Model[], from: string, to: string, steps: number): boolean =>
    from === to ||
    (steps > 0 && (models.find((m) => m.id === from)?.dependsOn ?? []).some((up) => leads(models, up, to, steps - 1)))

  const naive = ({ models }: Graph, { base, before, after, at }: Asked): Set<string> => {
    const start = models.filter((model) => named(model, base)).map((model) => model.id)
    const below = (id: string, steps: number) => start.some((s) => leads(models, id, s, steps))
    const above = (id: string, steps: number) => start.some((s) => leads(models, s, id, steps))
    const found = models.filter(({ id }) => {
      if (!at) return start.includes(id) || below(id, after ?? 0) || above(id, before ?? 0)
      return models.some((other) => below(other.id, count) && leads(models, other.id, id, count))
    })
    return new Set(found.map((model) => model.id))
  }

  test('selectors mean what trying every path says', () => {
    fc.assert(
      fc.property(
        randomGraph,
        fc.array(fc.array(term, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 }),
        fc.option(term, { nil: undefined }),
        (random, words, exclude) => {
          const sets = words.map((terms) => terms.map((each) => naive(random, each)))
          const joined = sets.map((parts) =>
            random.models.filter(({ id }) => parts.every((part) => part.has(id))).map(({ id }) => id),
          )
          const without = exclude ? naive(random, exclude) : new Set<string>()
          const anyEmpty = joined.some((part) => part.length === 0) || (exclude !== undefined && without.size === 0)
          const { value, diagnostics } = select(random, {
            select: [words.map((terms) => terms.map(written).join(',')).join(' ')],
            exclude: exclude ? [written(exclude)] : [],
          })
          const left = random.models.map(({ id }) => id).filter((id) => joined.flat().includes(id) && !without.has(id))
          if (anyEmpty || left.length === 0) {
            expect(value).toBeUndefined()
            expect(diagnostics.every((diagnostic) => diagnostic.code === 'selector-empty')).toBe(true)
          } else {
            expect(value).toEqual(left)
          }
        },
      ),
    )
  })
})
