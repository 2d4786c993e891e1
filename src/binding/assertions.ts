import type { BoundQuery, Column } from '../adapters/contract.ts'
import {
  type Assertion,
  type AssertionTarget,
  columnNamed,
  compileAssertion,
  compileSingularAssertion,
  holdsSql,
  namedColumns,
} from '../assertions/index.ts'
import { bug, type Diagnostic, diagnose, nearest } from '../diagnostics/index.ts'
import type { Statement } from '../sql/index.ts'
import type { BindRequest } from './request.ts'
import { relationsRead } from './statement.ts'
import type { Told } from './told.ts'
import type { Walk } from './walk.ts'

/** The columns of a node that an assertion may name: of a source without a full list, nobody knows. */
function columnsOf(walk: Walk, node: string): readonly Column[] | undefined {
  const source = walk.statements.source(node)
  if (source?.origin.kind === 'files') return source.columns.map(({ name, type = '' }) => ({ name, type }))
  return walk.columns(node)
}

function columnFaults(assertion: Assertion, walk: Walk, { building }: BindRequest, told: Told): Diagnostic[] {
  return namedColumns(assertion).flatMap(({ node, column }) => {
    const columns = columnsOf(walk, node)
    if (!columns || columnNamed(columns, column)) return []
    const names = columns.map(({ name }) => name)
    const parameters = { name: assertion.name, node, column, columns: names, nearest: nearest(column, names), building }
    return [diagnose('assertion-column-unknown', parameters, told.placed(assertion.location))]
  })
}

type Failed = Extract<BoundQuery, { ok: false }>

/** What to say of a query of an assertion that does not bind; nothing where that may be for lack of what is not here. */
function queryFault(assertion: Assertion, failed: Failed, told: Told, statement?: Statement, skip = 0): Diagnostic[] {
  if (failed.because !== 'mistake') return []
  const { offset, ...error } = failed.error
  const own = offset === undefined ? error : { ...error, offset: offset - skip }
  return [told.sqlError(assertion.name, own, assertion.location, statement)]
}

function checkWritten(assertion: Assertion, walk: Walk, request: BindRequest, told: Told): void {
  const { statements } = walk
  const target: AssertionTarget = {
    rows: statements.readable(assertion.node ?? bug(`${assertion.id} judges nothing`)),
    relation: (node) => statements.readable(node),
  }
  const { failingRows, written } = compileAssertion(assertion, target, request.adapter.dialect)
  const relations = assertion.reads.filter((node) => walk.columns(node) !== undefined)
  walk.check(failingRows, relations, (failed) => {
    if (!failed.ok) told.add(queryFault(assertion, failed, told, written?.statement, written?.offset.failingRows))
  })
}

function checkSingular(assertion: Assertion, walk: Walk, request: BindRequest, told: Told): void {
  if (!assertion.sql) return
  const statement = walk.statements.fill(assertion.sql)
  const { failingRows, offset } = compileSingularAssertion(assertion, statement.sql, request.adapter.dialect)
  walk.check(failingRows, relationsRead(assertion.sql), (failed) => {
    if (!failed.ok) told.add(queryFault(assertion, failed, told, statement, offset.failingRows))
  })
}

/** Checks what assertions name and say of models that are bound; those that read anything unknown are left out. */
export function checkAssertions(walk: Walk, request: BindRequest, told: Told): void {
  const wanted = new Set(request.models)
  for (const assertion of request.graph.assertions) {
    if (!assertion.reads.some((node) => wanted.has(node))) continue
    const faults = columnFaults(assertion, walk, request, told)
    told.add(faults)
    const isKnown = assertion.reads.every((node) => columnsOf(walk, node) !== undefined)
    if (faults.length > 0 || !isKnown) continue
    if (assertion.node === undefined) checkSingular(assertion, walk, request, told)
    else if (holdsSql(assertion)) checkWritten(assertion, walk, request, told)
  }
}
