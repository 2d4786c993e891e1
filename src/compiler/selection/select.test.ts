import { describe, expect, test } from 'vitest'
import { renderDiagnostic } from '../../diagnostics/index.ts'
import { graphOf } from '../compile.fixture.ts'
import { select } from './index.ts'

const reads = (...names: string[]) =>
  `select 1 as x from ${names.map((name) => `{{ ref('${name}') }}`).join(', ') || 'x'}`

const graph = graphOf({
  'models/analytics/finance/revenue.sql': `{{ config(materialized='table', tags=['nightly', 'money']) }}${reads('flights', 'airlines')}`,
  'models/analytics/finance/margin.sql': `{{ config(tags='nightly', owner='cfo') }}${reads('revenue')}`,
  'models/analytics/routes.sql': `{{ config(materialized='table', meta={'critical': true}) }}${reads('flights')}`,
  'models/adhoc/trial.sql': reads('margin', 'routes'),
})

function chosen(words: string | readonly string[], exclude: readonly string[] = []): string[] {
  const { value, diagnostics } = select(graph, {
    select: typeof words === 'string' ? [words] : words,
    exclude,
    indirect: 'eager',
  })
  if (!value) throw new Error(diagnostics.map((diagnostic) => renderDiagnostic(diagnostic)).join('\n'))
  return value.models.map((id) => id.slice(id.indexOf('.') + 1)).sort()
}

function refused(words: string): string {
  return select(graph, { select: [words], exclude: [], indirect: 'eager' })
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
      const { models = [] } = select(graph, { select: [words], exclude: [], indirect: 'eager' }).value ?? {}
      expect(models).toEqual(order.filter((id) => models.includes(id)))
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
      help: \`elt ls --resource-type all\` lists what can be selected"
    `)
    expect(refused('source:bts')).toMatchInlineSnapshot(`""`)
    const excluded = select(graph, { select: [], exclude: ['nothing_like_it'], indirect: 'eager' })
    expect(excluded.diagnostics.map((diagnostic) => diagnostic.code)).toEqual(['selector-empty'])
  })

  test('an exclusion of all that is selected is an error', () => {
    const { value, diagnostics } = select(graph, {
      select: ['routes'],
      exclude: ['routes', 'revenue'],
      indirect: 'eager',
    })
    expect(value).toBeUndefined()
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'the selector `routes revenue` excludes all that is selected',
    ])
  })

  test('a selector of wrong form is an error', () => {
    expect(refused('tagg:x')).toMatchInlineSnapshot(`
      "error[selector-invalid]: the selector \`tagg:x\` uses the unknown method \`tagg:\`
      help: a similar one exists: \`tag:\`"
    `)
    expect(refused('@routes+')).toMatchInlineSnapshot(
      `"error[selector-invalid]: the selector \`@routes+\` mixes \`@\` and \`+\`: \`@\` adds both directions already"`,
    )
    expect(refused('state:modified')).toMatchInlineSnapshot(
      `
      "error[selector-evidence]: the selector \`state:modified\` needs a state to compare with
      help: give the state to compare with: \`--state main\`, or a folder with a manifest.json: \`--state path/to/artifacts\`"
    `,
    )
    expect(refused('routes,,revenue')).toBe(
      'error[selector-invalid]: the selector `routes,,revenue` names nothing on one side of a comma',
    )
    for (const words of ['+', 'tag:', 'config:x', 'tag.x:y']) expect(refused(words)).toContain('selector-invalid')
  })
})
