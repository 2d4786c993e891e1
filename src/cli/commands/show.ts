import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { partitionKey } from '../../calendar/index.ts'
import type { Model } from '../../compiler/index.ts'
import { bug, diagnose, Failure, type SourceFile } from '../../diagnostics/index.ts'
import type { Plan } from '../../planner/index.ts'
import { count, table } from '../../reports/index.ts'
import { allFiles, filesOfWindow, modelStatement, readsFiles, wholeStatement } from '../../runner/index.ts'
import type { SqlText } from '../../sql/index.ts'
import { locateValue } from '../command-line.ts'
import { fillingOf, modelSql, textToShow, wholeSql, windowToShow } from '../compiled-sql.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { type Compiled, inlineName, loadGraph } from '../load.ts'
import { planModels } from '../planning.ts'
import { firstRows, type Query, subjectOf } from '../query.ts'
import { selectedModels } from '../selection.ts'
import { type Warehouse, withWarehouse } from '../warehouse.ts'

const defaultLimit = 10

/** The one model that is asked for; undefined when it is an inline query. */
async function modelToShow(context: Context, compiled: Compiled): Promise<Model | undefined> {
  const { options, line } = context
  const { select, inline } = options
  if (inline !== undefined) {
    if (!select) return undefined
    const why = 'one names a model, the other is a query of its own'
    throw new Failure(diagnose('option-conflict', { option: '--select', other: '--inline', why }))
  }
  if (!select) {
    const parameters = { argument: 'a model or a query', command: 'show', example: 'elt show --select <model>' }
    throw new Failure(diagnose('argument-missing', parameters))
  }
  const [first, second] = await selectedModels(context, compiled)
  if (first === undefined || second !== undefined) {
    const value = select.join(' ')
    const parameters = { option: '--select', value, expected: 'one model', similar: undefined }
    throw new Failure(diagnose('option-value-invalid', parameters, locateValue(line, select[0] ?? '')))
  }
  return compiled.graph.models.find(({ id }) => id === first) ?? bug(`${first} is not in the graph`)
}

function queryOf(context: Context, compiled: Compiled, plan: Plan, model: Model | undefined): Query {
  if (model) {
    const window = windowToShow(context, plan, model)
    const grid = model.partitioning?.grid
    const partition = grid && window ? partitionKey(grid, window.start) : undefined
    const text = textToShow(plan, model)
    const of = window ?? { start: 0, end: 1 }
    return {
      subject: subjectOf(model, partition),
      statement: modelSql(compiled, plan, model, window, text),
      files: (carrier) => filesOfWindow(carrier, model, of),
      withFiles: (filling) => modelStatement({ ...filling, text }, model, of),
      location: model.location,
    }
  }
  const inline = compiled.graph.assertions.find(({ id }) => id === `test.${inlineName}`)
  const { sql, reads, location } = inline ?? {}
  if (!sql || !reads) return bug('the inline query was not compiled')
  return {
    subject: 'the query',
    statement: wholeSql(compiled, plan, sql),
    files: (carrier) => allFiles(carrier, reads),
    withFiles: (filling) => wholeStatement(filling, sql),
    location,
  }
}

/** Whether the table of a model holds rows that its query does not return, or not any more. */
function keepsRows({ config, partitioning }: Model): boolean {
  return config.materialized === 'history' || (config.materialized === 'incremental' && !partitioning)
}

/** The table of a model, when it has been built and only it shows what the model is. */
async function tableOf(
  compiled: Compiled,
  plan: Plan,
  { session }: Warehouse,
  model: Model,
): Promise<Query | undefined> {
  if (!keepsRows(model)) return undefined
  const { relations } = await session.catalog([model.relation.schema])
  if (!relations.some(({ name }) => name === model.relation.name)) return undefined
  const sql: SqlText = { pieces: [{ text: 'select * from ' }, { hole: { kind: 'relation', node: model.id } }] }
  return {
    subject: model.id,
    statement: wholeSql(compiled, plan, sql),
    files: (carrier) => allFiles(carrier, []),
    withFiles: (filling) => wholeStatement(filling, sql),
    location: model.location,
  }
}

/** The text of `--inline`, or of the file that it names: `@query.sql`. */
function inlineFile(cwd: string, inline: string): SourceFile {
  if (!inline.startsWith('@')) return { path: inlineName, text: inline }
  const path = inline.slice(1)
  try {
    return { path, text: readFileSync(resolve(cwd, path), 'utf8') }
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT'
    const reason = isAbsent ? `there is no such file in ${cwd}` : (error as Error).message
    throw new Failure(diagnose('file-unreadable', { path, reason }))
  }
}

/** Whether what is shown reads files that the engine cannot read itself. */
function bringsFiles(compiled: Compiled, model: Model | undefined): boolean {
  const inline = compiled.graph.assertions.find(({ id }) => id === `test.${inlineName}`)
  const reads = new Set(model ? model.inputs.map(({ upstream }) => upstream) : inline?.reads)
  const filling = fillingOf(compiled, { due: {}, sources: [] })
  return compiled.graph.sources.some(
    ({ id, origin }) => origin.kind === 'files' && reads.has(id) && !readsFiles(filling, id),
  )
}

export async function execute(context: Context): Promise<number> {
  const { io, output, options } = context
  const { inline } = options
  const compiled = await loadGraph(context, inline === undefined ? undefined : inlineFile(io.cwd, inline))
  const model = await modelToShow(context, compiled)
  const limit = options.limit ?? defaultLimit
  const access = bringsFiles(compiled, model) ? 'temporary' : 'read'
  const { query, rows, more } = await withWarehouse(context, compiled, access, async (warehouse) => {
    const { plan, compiled: seen } = await planModels(context, compiled, warehouse, model ? [model.id] : [])
    const built = model && (await tableOf(seen, plan, warehouse, model))
    const asked = built ?? queryOf(context, seen, plan, model)
    return { query: asked, ...(await firstRows(context, seen, warehouse, plan, asked, limit)) }
  })
  if (output.json) {
    output.answerJson({ subject: query.subject, rows, more })
    return exitCode.success
  }
  const available = io.stdout.isTerminal ? io.stdout.columns : Number.POSITIVE_INFINITY
  const body = rows.length > 0 ? table(rows, { available, theme: output.theme }) : ['no rows']
  const note = more
    ? `${query.subject}: the first ${count(rows.length, 'row')} (more: --limit ${limit * 10})`
    : query.subject
  output.answer(body.join('\n'))
  output.progress.write(`${output.progressTheme.dim(note)}\n`)
  return exitCode.success
}
