import { describe, expect, it } from 'vitest'
import type { Column } from '../../src/adapters/contract.ts'
import { adapterNames, adapterOf } from '../../src/adapters/index.ts'

/** Records whose fields change, at any depth: the SQL of every engine side by side. */

/** A record as an engine has it: by its fields, or by the name of a type. */
interface Kind {
  readonly name: string
  readonly fields: Readonly<Record<string, string | Kind>>
}

const place: Kind = { name: 'kinds.place', fields: { city: 'text', zip: 'integer' } }
const longer: Kind = { name: 'kinds.place_2', fields: { city: 'text', zip: 'bigint', 'the "land"': 'text' } }
const inPerson = (home: Kind, name: string): Kind => ({ name, fields: { name: 'text', home } })

/** How the engines write a record in a column; `list` makes it one of records. */
const columnOf: Readonly<Record<string, (kind: Kind, list: string) => Column>> = {
  duckdb: (kind, list) => ({ name: 'it', type: `${structOf(kind)}${list}` }),
  postgres: (kind, list) => ({ name: 'it', type: `${kind.name}${list}`, fields: fieldsOf(kind) }),
}

const quoted = (name: string) => (/^\w+$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`)

function structOf({ fields }: Kind): string {
  const type = (field: string | Kind) =>
    typeof field === 'string' ? adapterOf('duckdb')?.dialect.type(field) : structOf(field)
  return `STRUCT(${Object.entries(fields)
    .map(([name, field]) => `${quoted(name)} ${type(field)}`)
    .join(', ')})`
}

function fieldsOf({ fields }: Kind): Column[] {
  return Object.entries(fields).map(([name, field]) =>
    typeof field === 'string' ? { name, type: field } : { name, type: field.name, fields: fieldsOf(field) },
  )
}

const changes: readonly {
  readonly says: string
  readonly before: Kind
  readonly after: Kind
  readonly list: string
}[] = [
  { says: 'a record with a new field and a wider one', before: place, after: longer, list: '' },
  { says: 'a list of records', before: place, after: longer, list: '[]' },
  {
    says: 'a record in a record',
    before: inPerson(place, 'kinds.person'),
    after: inPerson(longer, 'kinds.person_2'),
    list: '',
  },
  { says: 'a record with a field less', before: longer, after: place, list: '' },
]

describe('the SQL of every engine', () => {
  it('alters records, side by side', async () => {
    const sections = changes.flatMap(({ says, before, after, list }) =>
      adapterNames.map((name) => {
        const [one, other] = [columnOf[name]?.(before, list), columnOf[name]?.(after, list)]
        const lines = (['append', 'sync', 'ignore', 'rebuild'] as const).map((mode) => {
          const target = { schema: 'analytics', name: 'orders' }
          const evolution =
            one && other && adapterOf(name)?.dialect.evolve?.({ target, before: [one], after: [other], mode })
          if (!evolution) return `-- ${mode}: made anew`
          const { statements, refused, written } = evolution
          const rows = written.flatMap(({ conversion }) => (conversion ? [`-- rows: ${conversion}`] : []))
          const told =
            refused.length > 0 ? ` refused: ${refused.join(', ')}` : statements.length === 0 ? ' nothing' : ''
          const shown = refused.length > 0 ? [] : [...rows, ...statements.map((sql) => `${sql};`)]
          return [`-- ${mode}:${told}`, ...shown].join('\n')
        })
        return `-- ${says} (${name})\n${lines.join('\n')}\n`
      }),
    )
    await expect(sections.join('\n')).toMatchFileSnapshot('golden/records.sql')
  })
})
