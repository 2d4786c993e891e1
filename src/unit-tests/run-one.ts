import type { Column, Dialect } from '../adapters/contract.ts'
import { partitionKey } from '../calendar/index.ts'
import type { ExpectedRows, Graph, Model, UnitTest } from '../compiler/index.ts'
import { bug, type Diagnostic, diagnose, Failure, type SourceFile } from '../diagnostics/index.ts'
import type { Rehearsed, Stand } from '../runner/index.ts'
import { columnNamed, columnsOfGiven, type KnownColumns } from './columns.ts'
import { areEqual, compareRows, type Values } from './compare.ts'
import { fill } from './fill.ts'
import type { Compared } from './outcome.ts'
import { type ReadRows, readRows } from './rows.ts'

/** What running a test needs beside its stand. */
export interface TestContext {
  readonly graph: Graph
  readonly dialect: Pick<Dialect, 'quote' | 'literal' | 'type'>
  readonly files: ReadonlyMap<string, SourceFile>
  /** What is known of the columns of a node. */
  readonly columns: (node: string) => KnownColumns | undefined
}

/** Rows of a test by where they belong, read before anything is run. */
export interface PreparedTest {
  readonly test: UnitTest
  readonly model: Model
  readonly given: ReadonlyMap<string, ReadRows>
  readonly expect?: ReadRows
  readonly expectTable?: ReadRows
}

/** The model with the SQL that is tested in place of its own. */
function tested(model: Model, { sql }: UnitTest): Model {
  if (!sql) return model
  const own = { sql: { value: sql, enumerable: true }, incrementalSql: { value: undefined, enumerable: true } }
  return Object.create(model, own) as Model
}

/** Reads the rows of a test. What is wrong with them is reported. */
export function prepare(test: UnitTest, context: TestContext, found: Diagnostic[]): PreparedTest {
  const { graph, files } = context
  const model = graph.models.find(({ id }) => id === test.model) ?? bug(`no model ${test.model}`)
  const read = (expected: ExpectedRows | undefined) => expected && readRows(expected.rows, files, found)
  const [expect, table] = [read(test.expect), read(test.expectTable)]
  return {
    test,
    model: tested(model, test),
    given: new Map(test.given.map(({ node, rows }) => [node, readRows(rows, files, found)])),
    ...(expect ? { expect } : {}),
    ...(table ? { expectTable: table } : {}),
  }
}

/** Makes a relation of given rows. */
async function giveRows(
  stand: Stand,
  rows: ReadRows,
  known: KnownColumns | undefined,
  name: string,
  { dialect }: TestContext,
): Promise<Rehearsed> {
  const isOpen = rows.kind === 'select' && !known?.complete
  const own = isOpen ? await stand.connection.describe(rows.sql) : []
  const merged: KnownColumns | undefined = isOpen
    ? { columns: joined(known?.columns ?? [], own), complete: true }
    : known
  const table = rows.kind === 'table' ? rows.table : { columns: [], places: new Map(), rows: [] }
  const given = await stand.make(columnsOfGiven(table, merged, name, dialect))
  await fill(stand, given, rows, name, dialect)
  return given
}

/** Columns, and those of others that have other names. */
function joined(columns: readonly Column[], others: readonly Column[]): Column[] {
  const names = new Set(columns.map(({ name }) => name.toLowerCase()))
  return [...columns, ...others.filter(({ name }) => !names.has(name.toLowerCase()))]
}

/** The columns of the model's own table: those that are known, or that its query returns from what is given. */
async function ownColumns(
  stand: Stand,
  { test, model }: PreparedTest,
  context: TestContext,
): Promise<KnownColumns | undefined> {
  const known = context.columns(model.id)
  if (known?.complete) return known
  const first = context.graph.models.find(({ id }) => id === model.id) ?? model
  const reads = first.sql.pieces.flatMap((piece) => {
    return 'hole' in piece && piece.hole.kind === 'relation' ? [piece.hole.node] : []
  })
  const given = new Set(test.given.map(({ node }) => node))
  if (reads.includes(model.id) || !reads.every((node) => given.has(node))) return known
  return { columns: await stand.describe(first, 'first', test.windows[0]), complete: true }
}

async function giveAll(stand: Stand, prepared: PreparedTest, context: TestContext): Promise<void> {
  const { model, given } = prepared
  for (const [node, rows] of given) {
    if (node !== model.id) stand.give(node, await giveRows(stand, rows, context.columns(node), node, context))
  }
  const before = given.get(model.id)
  if (!before) return
  const known = await ownColumns(stand, prepared, context)
  await stand.giveTable(model, await giveRows(stand, before, known, model.id, context))
}

/** The names of the columns that are compared: those of the expected rows, or all where there are none. */
async function comparedColumns(
  stand: Stand,
  rows: ReadRows,
  actual: Rehearsed,
  model: string,
): Promise<readonly Column[]> {
  if (rows.kind === 'select') {
    const given = await stand.connection.describe(rows.sql)
    return given.map(({ name }) => columnNamed(actual.columns, name, model, rows.place))
  }
  const { columns, places } = rows.table
  if (columns.length === 0) return actual.columns
  return columns.map((name) => columnNamed(actual.columns, name, model, places.get(name)?.()))
}

const valuesOf = (rows: readonly Readonly<Record<string, unknown>>[], columns: readonly Column[]): Values[] =>
  rows.map((row) => columns.map(({ name }) => row[name] ?? null))

/** Rows that are to be equal: those of `what`, and the expected ones, which name columns of `model`. */
interface Comparison {
  readonly model: string
  readonly what: string
  readonly expected: ExpectedRows
  readonly rows: ReadRows
  readonly actual: Rehearsed
}

async function compare(
  stand: Stand,
  { model, what, expected, rows, actual }: Comparison,
  { dialect }: TestContext,
): Promise<Compared> {
  const columns = await comparedColumns(stand, rows, actual, model)
  const wanted = await stand.make(columns)
  await fill(stand, wanted, rows, model, dialect)
  const listed = columns.map(({ name }) => dialect.quote(name)).join(', ')
  const all = async ({ relation }: Rehearsed): Promise<Values[]> =>
    valuesOf(await stand.connection.query(`select ${listed} from ${stand.sql(relation)}`), columns)
  const text = dialect.type('text')?.toLowerCase()
  const isNumeric = (column: number): boolean => columns[column]?.type.toLowerCase() !== text
  const { ordered, tolerance } = expected
  const comparing = { ordered, isNumeric, ...(tolerance === undefined ? {} : { tolerance }) }
  const [want, have] = [await all(wanted), await all(actual)]
  return {
    what,
    columns: columns.map(({ name }) => name),
    difference: compareRows(want, have, comparing),
    rows: want.length,
    areEqual: (column, a, b) => areEqual(a, b, isNumeric(column), tolerance),
  }
}

/** What a test found. */
export interface Found {
  readonly compared: readonly Compared[]
  readonly wrong: readonly Diagnostic[]
}

/** Partitions that are open and should not be, or the other way round. */
function openProblems({ test, model }: PreparedTest, open: readonly number[]): Diagnostic[] {
  const { expectOpen, name, location } = test
  if (!expectOpen || String(expectOpen) === String(open)) return []
  const key = (ordinal: number) => (model.partitioning ? partitionKey(model.partitioning.grid, ordinal) : 'all')
  const named = (ordinals: readonly number[]) => (ordinals.length > 0 ? ordinals.map(key).join(', ') : 'none')
  const counts = [`expected: ${named(expectOpen)}`, `found: ${named(open)}`]
  const what = 'the partitions that are not settled'
  return [diagnose('unit-test-failed', { test: name, what, counts, table: [] }, location)]
}

/** Runs a test on an empty stand. */
export async function runOn(stand: Stand, prepared: PreparedTest, context: TestContext): Promise<Found> {
  const { test, model, expect, expectTable } = prepared
  await giveAll(stand, prepared, context)
  const windows = test.windows.length > 0 ? test.windows : [{ start: 0, end: 1 }]
  const compared: Compared[] = []
  if (test.expect && expect) {
    const actual = await stand.returned(model, test.text, windows)
    const asked = { what: 'the rows of the query', expected: test.expect, rows: expect }
    compared.push(await compare(stand, { model: model.id, ...asked, actual }, context))
  }
  if (!test.expectTable && !test.expectOpen) return { compared, wrong: [] }
  const built = await stand.build(model, test.text, windows)
  if (test.expectTable && expectTable) {
    const asked = { what: 'the table afterwards', expected: test.expectTable, rows: expectTable }
    compared.push(await compare(stand, { model: model.id, ...asked, actual: built }, context))
  }
  return { compared, wrong: openProblems(prepared, built.open) }
}

/** An error in what was given, which is no result of the test. */
export function isMistake(error: unknown): error is Failure {
  const codes = new Set<string>(['unit-test-column-unknown', 'unit-test-value'])
  return error instanceof Failure && error.diagnostics.every(({ code }) => codes.has(code))
}
