import { describe, expect, it } from 'vitest'
import { lines, read } from './testing.ts'

const texts = '# Texts\n{% docs revenue %}\nEuros.\n{% enddocs %}\n{%- docs day -%} A day. {%- enddocs -%}\n'

describe('blocks of documentation', () => {
  it('stand in descriptions of everything that has one', () => {
    const { value, diagnostics } = read({
      'models/texts.md': texts,
      'models/p.yml': `models:
  - name: revenue
    description: "What we earn: {{ doc('revenue') }}"
    columns: [{ name: day, description: "{{ doc('shop', 'day') }}" }]
groups: [{ name: g, owner: { email: a@b.c }, description: "{{ doc('day') }}" }]
exposures: [{ name: e, type: ml, description: "{{ doc('day') }}" }]
macros: [{ name: m, description: "{{ doc('day') }}" }]
`,
    })
    expect(diagnostics).toEqual([])
    const revenue = value?.models.find(({ name }) => name === 'revenue')
    expect([revenue?.description, revenue?.columns[0]?.description]).toEqual(['What we earn: Euros.', 'A day.'])
    expect([value?.groups[0]?.description, value?.exposures[0]?.description]).toEqual(['A day.', 'A day.'])
    expect(value?.docs).toEqual([
      { name: 'day', text: 'A day.', package: 'shop', path: 'models/texts.md' },
      { name: 'revenue', text: 'Euros.', package: 'shop', path: 'models/texts.md' },
    ])
  })

  it.each([
    ['{% docs a %}', 'docs-syntax models/t.md:1:1-13 the block `a` is not closed'],
    ['{% enddocs %}', 'docs-syntax models/t.md:1:1-14 there is no block to close'],
    ['{% docs a b %}x{% enddocs %}', 'docs-syntax models/t.md:1:1-15 `a b` is no name for a block'],
    [
      '{% docs a %}{% docs b %}{% enddocs %}',
      'docs-syntax models/t.md:1:1-13 the block `a` is not closed before the next one begins',
    ],
    [
      '{% docs a %}{% enddocs %}{% docs a %}{% enddocs %}',
      'name-taken models/t.md:1:26-38 a second text of documentation is named `a`',
    ],
  ])('%s is refused', (text, line) => {
    expect(lines(read({ 'models/t.md': text }).diagnostics)).toEqual([line])
  })

  it('are for descriptions only, and named as they are', () => {
    const { diagnostics } = read({
      'models/texts.md': texts,
      'models/p.yml': `models:\n  - name: revenue\n    config: { alias: "{{ doc('day') }}" }\n    description: "{{ doc('dya') }}"\n`,
    })
    expect(lines(diagnostics)).toEqual([
      "yaml-template models/p.yml:3:23-39 doc is for descriptions: {{ doc('day') }}",
      'docs-not-found models/p.yml:4:19-35 there is no text `dya` of documentation',
    ])
  })
})

describe('groups, exposures and labels', () => {
  it('are read with their places', () => {
    const { value } = read({
      'models/p.yml': `groups: [{ name: finance, owner: { name: Ada, email: [a@b.c, d@e.f] } }]
exposures:
  - name: board
    type: dashboard
    label: The board
    url: https://example.com
    maturity: low
    tags: daily
    meta: { a: 1 }
    config: { tags: [more], meta: { b: 2 } }
    depends_on: [ref('revenue'), "source('a', 'b')"]
  - { name: gone, type: notebook, config: { enabled: false } }
sources:
  - name: bank
    tags: [outer]
    meta: { owner: bank }
    tables:
      - { name: rates, tags: [inner], config: { meta: { a: 1 } }, columns: [{ name: x, tags: [pii], meta: { y: 2 } }] }
      - { name: gone, config: { enabled: false } }
`,
    })
    expect(value?.groups).toMatchObject([{ name: 'finance', owner: { name: 'Ada', email: 'a@b.c' }, package: 'shop' }])
    expect(value?.exposures).toMatchObject([
      {
        id: 'exposure.board',
        label: 'The board',
        maturity: 'low',
        tags: ['daily', 'more'],
        meta: { a: 1, b: 2 },
        reads: [{ value: "ref('revenue')" }, { value: "source('a', 'b')", location: { line: 11 } }],
      },
    ])
    expect(value?.sources).toMatchObject([
      {
        id: 'source.bank.rates',
        tags: ['outer', 'inner'],
        meta: { owner: 'bank', a: 1 },
        columns: [{ name: 'x', tags: ['pii'], meta: { y: 2 } }],
        origin: { kind: 'relation', schema: 'bank', identifier: 'rates' },
        changeSignal: 'none',
      },
    ])
  })

  it('are unique by name', () => {
    const { diagnostics } = read({
      'models/p.yml': 'groups: [{ name: a, owner: {} }, { name: A, owner: {} }]\n',
    })
    expect(lines(diagnostics)).toEqual(['name-taken models/p.yml:1:42-43 a second group is named `A`'])
  })
})

describe('a source that is a table of the warehouse', () => {
  const source = (table: string) =>
    read({ 'models/s.yml': `sources:\n  - { name: till, schema: raw, tables: [{ name: tickets, ${table} }] }\n` })

  it('lies where schema and identifier say', () => {
    expect(source('identifier: till_tickets').value?.sources[0]?.origin).toEqual({
      kind: 'relation',
      schema: 'raw',
      identifier: 'till_tickets',
      watch: 30,
    })
  })

  it.each([
    [
      'change_signal: count, partition_by: day, watch: 7',
      'count',
      { watch: 7, grid: { unit: 'day', timeZone: 'UTC' } },
    ],
    [
      'change_signal: loaded_at, loaded_at_field: at, partition_by: { column: at, type: instant, unit: hour }, watch: 2 days',
      'loaded_at',
      { watch: 48, loadedAt: 'at', grid: { unit: 'hour', timeZone: 'UTC' } },
    ],
    ['change_signal: loaded_at, config: { loaded_at_field: at }', 'loaded_at', { loadedAt: 'at' }],
    ['loaded_at_field: at', 'none', { watch: 30 }],
  ])('shows changes with %s', (table, changeSignal, origin) => {
    expect(source(table).value?.sources[0]).toMatchObject({ changeSignal, origin })
  })

  it.each([
    [
      'loaded_at_field: at',
      '`loaded_at_field` has no effect: changes are seen by it with change_signal: loaded_at, and an age with freshness',
    ],
    ['watch: 7', '`watch` has no effect: no change signal looks at the table'],
    ['change_signal: count, watch: 7', '`watch` has no effect: the table is not cut into partitions'],
  ])('takes %s with a note', (table, note) => {
    expect(source(table).diagnostics.map(({ message }) => message)).toEqual([note])
  })

  it.each([
    ['partition_by: closed_on', { column: 'closed_on', type: 'date' }],
    ['partition_by: { column: closed_at, type: instant }', { column: 'closed_at', type: 'instant' }],
    ['event_time: at, columns: [{ name: at, data_type: timestamp }]', { column: 'at', type: 'local' }],
  ])('is read by window with %s', (table, eventTime) => {
    expect(source(table).value?.sources[0]?.origin).toMatchObject({ eventTime })
  })

  it('takes what only files have with a note', () => {
    const { diagnostics } = source('late_by: 2 days')
    expect(diagnostics.map(({ message }) => message)).toEqual([
      '`late_by` has no effect: the source is a table of the warehouse',
    ])
  })
})
