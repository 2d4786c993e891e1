import { createHash } from 'node:crypto'
import type { Column } from '../adapters/contract.ts'
import { Arguments } from './arguments.ts'
import type { Reference } from './deferred.ts'
import { loadedResult, type QueryRows, resultTable } from './query-result.ts'
import type { QueryUse, Recording, Subject } from './recording.ts'
import { Callable, fail, locationOf, type Site, type TemplateValue } from './template/index.ts'
import { describe } from './uses.ts'

/** Ends a pass over a template at a query whose rows are not known yet. */
export class RowsNeeded extends Error {
  override readonly name = 'RowsNeeded'
}

const nothing: QueryRows = { columns: [], rows: [] }

/** The rows that are known of a query; else it is kept, and the pass ends, unless that stands in for the missing one. */
function answerOf(subject: Subject, use: QueryUse): QueryRows | undefined {
  const { recording, surroundings } = subject
  const known = surroundings.results.get(use.key)
  if (known) {
    recording.answers.set(use.key, hashOf(known))
    return known
  }
  if (!recording.queries.has(use.key)) recording.queries.set(use.key, use)
  if (recording.executes) throw new RowsNeeded()
  return undefined
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}

/**
 * The rows of a query. Where they are not known the query is kept, and the pass ends; in the pass that stands in for the
 * missing one (`execute` is false) there are none: undefined. `emptyIfMissing`: a query of relations that do not exist has no rows.
 */
export function rowsOf(subject: Subject, sql: string, site: Site, emptyIfMissing = false): QueryRows | undefined {
  const { recording } = subject
  const parts = recording.deferred.parts(sql).map((part) => {
    if (typeof part === 'string') return part
    if (part.kind !== 'reference') fail('known-when-run', { what: describe(part), use: 'part of a query' }, site)
    recording.queryReads.push({ reference: part, location: locationOf(site) })
    return part
  })
  const named = parts.map((part) => (typeof part === 'string' ? part : { node: part.node }))
  const key = JSON.stringify(emptyIfMissing ? [...named, { emptyIfMissing }] : named)
  return answerOf(subject, { key, parts, site, ...(emptyIfMissing ? { emptyIfMissing } : {}) })
}

/** The columns of a source that declares them, as the engine names their types. */
function declaredColumns({ surroundings, recording }: Subject, { node }: Reference): readonly Column[] | undefined {
  const { names, dialect } = surroundings
  const source = names.sourceById.get(node)
  if (source?.origin.kind !== 'files') return undefined
  const columns = source.columns.map(({ name, type = 'text' }) => ({ name, type: dialect.type(type) ?? type }))
  recording.answers.set(`columns of ${node}`, hashOf(columns))
  return columns
}

/** The columns of what `ref`, `source` or `this` returned; undefined in the pass that stands in for the one that knows them. */
export function columnsOfRelation(subject: Subject, reference: Reference, site: Site): readonly Column[] | undefined {
  const declared = declaredColumns(subject, reference)
  if (declared) return declared
  const { node } = reference
  subject.recording.queryReads.push({ reference, location: locationOf(site) })
  const parts = ['select * from ', reference]
  const known = answerOf(subject, { key: `columns of ${node}`, parts, site, columnsOf: node })
  return known?.rows.map(([name, type]) => ({ name: String(name), type: String(type) }))
}

/** `run_query(sql)` */
export function runQueryFunction(subject: Subject): Callable {
  return new Callable('run_query', (call) => {
    const args = new Arguments('run_query', [{ name: 'sql', required: true }], call)
    return resultTable(rowsOf(subject, args.text('sql') ?? '', call.site) ?? nothing)
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
    const rows = rowsOf(subject, String(sql).trim(), site) ?? nothing
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
