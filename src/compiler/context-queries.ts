import { createHash } from 'node:crypto'
import { Arguments } from './arguments.ts'
import { loadedResult, type QueryRows, resultTable } from './query-result.ts'
import type { Recording, Subject } from './recording.ts'
import { Callable, fail, locationOf, type Site, type TemplateValue } from './template/index.ts'
import { describe } from './uses.ts'

/** Ends a pass over a template at a query whose rows are not known yet. */
export class RowsNeeded extends Error {
  override readonly name = 'RowsNeeded'
}

const nothing: QueryRows = { columns: [], rows: [] }

/**
 * The rows of a query. Where they are not known the query is kept, and the pass ends; in the pass that stands in for the
 * missing one (`execute` is false) there are no rows.
 */
function rowsOf(subject: Subject, sql: string, site: Site): QueryRows {
  const { recording, surroundings } = subject
  const parts = recording.deferred.parts(sql).map((part) => {
    if (typeof part === 'string') return part
    if (part.kind !== 'reference') fail('known-when-run', { what: describe(part), use: 'part of a query' }, site)
    recording.queryReads.push({ reference: part, location: locationOf(site) })
    return part
  })
  const key = JSON.stringify(parts.map((part) => (typeof part === 'string' ? part : { node: part.node })))
  const known = surroundings.results.get(key)
  if (known) {
    recording.answers.set(key, createHash('sha256').update(JSON.stringify(known)).digest('hex'))
    return known
  }
  if (!recording.queries.has(key)) recording.queries.set(key, { key, parts, site })
  if (recording.executes) throw new RowsNeeded()
  return nothing
}

/** `run_query(sql)` */
export function runQueryFunction(subject: Subject): Callable {
  return new Callable('run_query', (call) => {
    const args = new Arguments('run_query', [{ name: 'sql', required: true }], call)
    return resultTable(rowsOf(subject, args.text('sql') ?? '', call.site))
  })
}

const parameters = [
  { name: 'name', required: true },
  { name: 'fetch_result' },
  { name: 'auto_begin' },
  { name: 'language' },
  { name: 'caller', namedOnly: true },
]

/** `{% call statement('name', fetch_result=true) %}select …{% endcall %}` */
export function statementFunction(subject: Subject): Callable {
  return new Callable('statement', (call) => {
    const args = new Arguments('statement', parameters, call)
    const body = args.get('caller')?.value
    if (!(body instanceof Callable)) {
      const problem = 'the query stands in a block'
      const help = "{% call statement('x', fetch_result=true) %}select …{% endcall %}"
      return fail('invalid-argument', { callee: 'statement', problem, help }, call.site)
    }
    if (!args.flag('fetch_result')) {
      const help = 'add `fetch_result=true` to read rows; what changes data belongs into models'
      return fail('template-unsupported', { construct: 'a statement whose rows are not fetched', help }, call.site)
    }
    const site = call.site
    const sql = body.call({ positional: [], named: new Map(), site, positionalSites: [], namedSites: new Map() })
    const rows = rowsOf(subject, String(sql).trim(), site)
    subject.recording.statements.set(args.text('name') ?? '', rows)
    return ''
  })
}

/** `load_result('name')`: none when no statement of that name ran, as in dbt. */
export function loadResultFunction({ statements }: Recording): Callable {
  return new Callable('load_result', (call): TemplateValue => {
    const args = new Arguments('load_result', [{ name: 'name', required: true }], call)
    const known = statements.get(args.text('name') ?? '')
    return known ? loadedResult(known) : null
  })
}
