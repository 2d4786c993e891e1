import { describe, expect, test } from 'vitest'
import { plainConfig, plainGraph, plainModel, plainSource } from '../testing.ts'
import { type Evidence, type SelectionRequest, select } from './index.ts'
import { plainAssertion, plainExposure, plainSelector } from './testing.ts'

const table = { ...plainConfig, materialized: 'table' as const }
const graph = plainGraph({
  groups: [
    {
      name: 'money',
      owner: { name: 'cfo', email: 'cfo@shop.example' },
      description: '',
      package: 'test',
      location: plainModel('a.b').location,
    },
  ],
  packages: [{ name: 'tools', folder: 'packages/tools' }],
  sources: [plainSource('source.shop.orders', { tags: ['raw'], meta: { tier: 1 } }), plainSource('source.web.visits')],
  models: [
    plainModel('raw_data.stg_orders', {
      path: 'models/raw_data/staging/stg_orders.sql',
      dependsOn: ['source.shop.orders'],
      config: { ...table, meta: { tier: 1, critical: true, teams: ['a', 'b'], sla: { hours: 4 } }, tags: ['nightly'] },
    }),
    plainModel('raw_data.stg_visits', {
      path: 'models/raw_data/staging/web/stg_visits.sql',
      dependsOn: ['source.web.visits'],
      config: { ...table, meta: { tier: 2, critical: false, ratio: 0.5 } },
    }),
    plainModel('analytics.revenue', {
      path: 'models/analytics/finance/revenue.sql',
      dependsOn: ['raw_data.stg_orders'],
      owner: 'data/eng',
      config: {
        ...table,
        group: 'money',
        access: 'private',
        partitionBy: { column: 'day', unit: 'day', type: 'date', timeZone: 'UTC' },
        uniqueKey: ['day', 'shop'],
      },
    }),
    plainModel('analytics.calendar', {
      path: 'packages/tools/models/analytics/time/calendar.sql',
      package: 'tools',
      config: { ...plainConfig, access: 'public' },
    }),
  ],
  assertions: [
    plainAssertion('unique(order_id)', ['raw_data.stg_orders'], { node: 'raw_data.stg_orders', tags: ['cheap'] }),
    plainAssertion('unique_key(day, shop)', ['analytics.revenue'], { node: 'analytics.revenue', severity: 'warn' }),
    plainAssertion('not_null(order_id)', ['source.shop.orders'], { node: 'source.shop.orders' }),
    plainAssertion('no_gaps', ['analytics.revenue', 'raw_data.stg_visits'], { tags: ['slow'] }),
    plainAssertion('clock_is_right', []),
  ],
  exposures: [
    plainExposure('weekly', ['analytics.revenue'], { tags: ['board'], owner: { email: 'ceo@shop.example' } }),
  ],
  selectors: [plainSelector('stages', 'stg_*')],
})

function chosen(words: string, more: Partial<SelectionRequest> = {}, evidence: Evidence = {}): string[] {
  const request = { select: [words], exclude: [], indirect: 'empty' as const, ...more }
  const { value, diagnostics } = select(graph, request, evidence)
  if (!value) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return [...value.sources, ...value.models, ...value.assertions, ...value.exposures].sort()
}

const ids = {
  orders: 'raw_data.stg_orders',
  visits: 'raw_data.stg_visits',
  revenue: 'analytics.revenue',
  calendar: 'analytics.calendar',
  unique: 'raw_data.stg_orders.unique(order_id)',
  key: 'analytics.revenue.unique_key(day, shop)',
  sourced: 'source.shop.orders.not_null(order_id)',
  gaps: 'test.no_gaps',
  clock: 'test.clock_is_right',
  weekly: 'exposure.weekly',
}
const { orders, visits, revenue, calendar, unique, key, sourced, gaps, clock, weekly } = ids

describe('every method names what it says', () => {
  test.each([
    // names
    ['stg_*', [orders, visits]],
    ['raw_data.stg_*', [orders, visits]],
    ['raw_data.staging.stg_*', [orders, visits]],
    ['raw_data.staging.web.*', [visits]],
    ['raw_data.staging', [orders, visits]],
    ['staging', [orders, visits]],
    ['web', [visits]],
    ['test.analytics.finance', [revenue]],
    ['test.analytics.finance.rev*', [revenue]],
    ['tools.analytics', [calendar]],
    ['tools.analytics.time.calendar', [calendar]],
    ['time', [calendar]],
    ['fqn:revenue', [revenue]],
    ['revenu[a-f]', [revenue]],
    ['no_gaps', [gaps]],
    ['test.no_gaps', [gaps]],
    ['no_*', [gaps]],
    [unique, [unique]],
    ['analytics.revenue.unique_key(day, shop)', [key]],
    ['revenue.*', [key]],
    ['stg_orders.unique*', [unique]],
    ['source.shop.orders.not_null*', [sourced]],
    // places
    ['path:models/raw_data', [orders, visits]],
    ['path:models/raw_data/staging/*', [orders, visits]],
    ['path:models/raw_data/staging/*.sql', [orders]],
    ['path:models/**/*.sql', [revenue, orders, visits]],
    ['path:./packages/tools/', [calendar]],
    ['path:tests', [clock, gaps]],
    ['path:models/schema.yml', [key, unique, sourced]],
    ['file:stg_orders.sql', [orders]],
    ['file:stg_orders', [orders]],
    ['stg_orders.sql', [orders]],
    ['file:exposures.yml', [weekly]],
    // settings
    ['tag:nightly', [orders]],
    ['tag:raw', ['source.shop.orders']],
    ['tag:board', [weekly]],
    ['tag:s*', [gaps]],
    ['config.materialized:view', [calendar]],
    ['config.meta.tier:1', [orders, 'source.shop.orders']],
    ['config.meta.critical:true', [orders]],
    ['config.meta.critical:False', [visits]],
    ['config.meta.ratio:0.50', [visits]],
    ['config.meta.teams:b', [orders]],
    ['config.meta.sla:hours', [orders]],
    ['config.meta.sla.hours:4', [orders]],
    ['config.meta:ratio', [visits]],
    ['config.unique_key:shop', [revenue]],
    ['config.partition_by:day', [revenue]],
    ['config.partition_by.unit:day', [revenue]],
    ['config.severity:warn', [key]],
    // owners and kinds
    ['layer:raw_*', [orders, visits]],
    ['owner:data/*', [revenue]],
    ['owner:cfo', [revenue]],
    ['owner:*@shop.example', [revenue, weekly]],
    ['group:money', [revenue]],
    ['access:public', [calendar]],
    ['package:tools', [calendar]],
    ['package:this,resource_type:model', [revenue, orders, visits]],
    ['source:shop', ['source.shop.orders']],
    ['source:web.visits', ['source.web.visits']],
    ['source:test.web.*', ['source.web.visits']],
    ['source:*', ['source.shop.orders', 'source.web.visits']],
    ['exposure:weekly', [weekly]],
    ['exposure:test.*', [weekly]],
    ['test_name:unique', [unique]],
    ['test_name:unique_combination_of_columns', [key]],
    ['test_name:dbt_utils.unique_combination_of_columns', [key]],
    ['test_name:no_gaps', [gaps]],
    ['test_type:generic', [key, unique, sourced]],
    ['test_type:singular', [clock, gaps]],
    ['test_type:data', [key, unique, sourced, clock, gaps]],
    ['resource_type:exposure', [weekly]],
    ['resource_type:source', ['source.shop.orders', 'source.web.visits']],
    ['selector:stages', [orders, visits]],
    // walks
    ['+exposure:weekly', [revenue, weekly, orders, 'source.shop.orders']],
    ['1+exposure:weekly', [revenue, weekly]],
    ['exposure:weekly+', [weekly]],
    ['stg_orders+', [revenue, weekly, orders]],
    ['+test_name:no_gaps', [revenue, orders, visits, 'source.shop.orders', 'source.web.visits', gaps]],
    ['1+test_name:no_gaps', [revenue, visits, gaps]],
    // What its readers and their assertions need, too: no_gaps reads the visits.
    ['@stg_orders', [revenue, weekly, orders, visits, 'source.shop.orders', 'source.web.visits']],
    ['selector:stages+1', [revenue, orders, visits]],
    ['stg_orders,resource_type:model stg_visits', [orders, visits]],
  ])('%s', (words, expected) => expect(chosen(words)).toEqual([...expected].sort()))

  test('what another tool has and elt has not is said', () => {
    for (const words of ['metric:x', 'semantic_model:x', 'version:latest']) {
      expect(() => chosen(words)).toThrow(/and elt has no/)
    }
  })

  test('a value that a method cannot have is said with the nearest one', () => {
    const refused = (words: string) =>
      select(graph, { select: [words], exclude: [], indirect: 'eager' }).diagnostics.map(({ message, help }) => [
        message,
        help,
      ])
    expect(refused('access:privat')).toEqual([
      [
        'the selector `access:privat` uses the value `privat`, which `access:` does not have',
        ['a similar one exists: `access:private`'],
      ],
    ])
    expect(refused('test_type:zzz')[0]?.[1]).toEqual(['it is one of generic, singular, data or unit'])
    expect(refused('source:shp')[0]?.[1]).toEqual(['a similar one matches: `source:shop`'])
    expect(refused('exposure:weekley')[0]?.[1]).toEqual(['a similar one matches: `exposure:weekly`'])
    expect(refused('selector:stage')[0]?.[1]).toEqual(['a selector with a similar name exists: `stages`'])
  })
})

describe('the default selection', () => {
  test('is everything of the layers in it, with all sources and exposures', () => {
    const layers = graph.layers.map((layer) => ({ ...layer, inDefaultSelection: layer.name !== 'raw_data' }))
    const { value } = select({ ...graph, layers }, { select: [], exclude: [], indirect: 'eager' })
    expect(value).toEqual({
      models: [revenue, calendar],
      sources: ['source.shop.orders', 'source.web.visits'],
      // Not what is written at a model outside; what reads a model inside, or none.
      assertions: [key, sourced, gaps, clock],
      unitTests: [],
      exposures: [weekly],
    })
  })

  test('kinds are kept or left out', () => {
    expect(chosen('stg_orders+', { kinds: ['exposure', 'model'], excludeKinds: ['model'] })).toEqual([weekly])
  })
})

describe('evidence', () => {
  const results = {
    models: new Map([
      [orders, 'error'],
      [visits, 'success'],
    ]),
    assertions: new Map([[gaps, 'fail']]),
  }

  test('result: and source_status: ask what is given', () => {
    expect(chosen('result:error', {}, { results })).toEqual([orders])
    expect(chosen('result:fail', {}, { results })).toEqual([gaps])
    expect(chosen('result:error+ result:fail', {}, { results })).toEqual([revenue, weekly, orders, gaps].sort())
    expect(chosen('source_status:fresher+1', {}, { fresherSources: new Set(['source.web.visits']) })).toEqual(
      [visits, 'source.web.visits'].sort(),
    )
  })

  test('nothing that matches today is no mistake, also in an intersection or an exclusion', () => {
    expect(chosen('result:warn', {}, { results })).toEqual([])
    expect(chosen('result:error,stg_visits', {}, { results })).toEqual([])
    expect(chosen('stg_orders', { exclude: ['result:error'] }, { results })).toEqual([])
    expect(() => chosen('result:error,stg_vists', {}, { results })).toThrow('matches nothing')
  })

  test('evidence that is missing is said', () => {
    expect(() => chosen('state:modified')).toThrow('needs a state to compare with')
    expect(() => chosen('result:error')).toThrow('needs the results of an earlier run')
  })
})

describe('indirect selection', () => {
  const riding = (words: string, indirect: SelectionRequest['indirect'], exclude: readonly string[] = []) =>
    select(graph, { select: [words], exclude, indirect }).value?.assertions

  test.each([
    ['revenue', 'eager', [key, gaps]],
    ['revenue', 'cautious', [key]],
    ['revenue', 'buildable', [key]],
    ['revenue', 'empty', []],
    ['revenue stg_visits', 'cautious', [key, gaps]],
    ['+revenue', 'cautious', [key, unique, sourced]],
    ['no_gaps', 'cautious', [gaps]],
    ['no_gaps', 'empty', [gaps]],
    ['revenue,test_type:singular', 'eager', [gaps]],
  ] as const)('%s, %s', (words, indirect, expected) => {
    expect(riding(words, indirect)?.toSorted()).toEqual([...expected].sort())
  })

  test('buildable takes what reads upstreams of the selected, too', () => {
    const reader = plainModel('analytics.all', { dependsOn: [revenue, visits] })
    const wider = {
      ...graph,
      models: [...graph.models, reader],
      assertions: [...graph.assertions, plainAssertion('both', ['analytics.all', revenue])],
    }
    const of = (indirect: SelectionRequest['indirect']) =>
      select(wider, { select: ['analytics.all'], exclude: [], indirect }).value?.assertions
    expect(of('eager')).toEqual(['test.both'])
    expect(of('cautious')).toEqual([])
    expect(of('buildable')).toEqual(['test.both'])
  })

  test('what is excluded takes its assertions along', () => {
    expect(riding('revenue stg_visits', 'eager', ['stg_visits'])).toEqual([key])
  })
})

test('a chain of 100,000 models is walked without recursion', () => {
  const count = 100_000
  const models = Array.from({ length: count }, (_, i) =>
    plainModel(`analytics.m${i}`, { dependsOn: i === 0 ? [] : [`analytics.m${i - 1}`] }),
  )
  const chain = plainGraph({ models })
  const { value } = select(chain, { select: ['m0+'], exclude: ['+m10'], indirect: 'eager' })
  expect(value?.models.length).toBe(count - 11)
})

test('one hundred selectors on ten thousand models take a third of a second at most', () => {
  const models = Array.from({ length: 10_000 }, (_, i) =>
    plainModel(`analytics.m${i}`, {
      path: `models/analytics/area${i % 40}/m${i}.sql`,
      dependsOn: i < 10 ? [] : [`analytics.m${i - 10}`],
      config: { ...plainConfig, tags: [`tag${i % 100}`] },
    }),
  )
  const assertions = Array.from({ length: 20_000 }, (_, i) =>
    plainAssertion(`not_null(c${i})`, [`analytics.m${i >> 1}`], { node: `analytics.m${i >> 1}` }),
  )
  const words = Array.from({ length: 25 }, (_, i) => `tag:tag${i} m${i * 7}+ area${i} m*${i}`)
  const started = process.cpuUsage()
  const { value } = select(plainGraph({ models, assertions }), { select: words, exclude: [], indirect: 'eager' })
  const { user, system } = process.cpuUsage(started)
  expect(value?.models.length).toBeGreaterThan(5000)
  // Ten times what is promised: other processes share the machine.
  expect((user + system) / 1e6).toBeLessThan(3)
})
