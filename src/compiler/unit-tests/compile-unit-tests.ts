import { hash } from 'node:crypto'
import { parsePartition, type Window } from '../../calendar/index.ts'
import { type Checked, type Diagnostic, diagnose, hasErrors, nearest } from '../../diagnostics/index.ts'
import type { ExpectDefinition, Located, Project, UnitTestDefinition } from '../../project/index.ts'
import type { SqlText } from '../../sql/index.ts'
import type { Draft } from '../draft.ts'
import type { Links } from '../links.ts'
import { modelId } from '../names.ts'
import type { Rendering } from '../rendering.ts'
import type { ExpectedRows, UnitTest, WrittenRows } from '../unit-test.ts'
import { inputProblems, nodesRead, type ResolvedInput, resolveInputs } from './inputs.ts'
import { writtenRows } from './rows.ts'
import { testedSql, textTested } from './variant.ts'

function ordinalOf(draft: Draft, { value, location }: Located<string>, key: string): Checked<number> {
  const grid = draft.partitioning?.grid
  const ordinal = grid && parsePartition(grid, value)
  if (!grid || ordinal !== undefined) return { value: ordinal, diagnostics: [] }
  const detail = `is no ${grid.unit}: ${value}`
  return { value: undefined, diagnostics: [diagnose('unit-test-invalid', { key, detail }, location)] }
}

function isCut({ partitioning, config }: Draft): boolean {
  return partitioning !== undefined && config.materialized === 'incremental'
}

/** The windows that a test builds, in their order; of a model that is not cut into partitions none. */
function windowsOf(definition: UnitTestDefinition, draft: Draft, found: Diagnostic[]): Window[] {
  const { windows, location } = definition
  const refuse = (detail: string, place = location, help?: string) =>
    found.push(diagnose('unit-test-invalid', { key: 'window', detail, ...(help ? { help } : {}) }, place))
  if (!isCut(draft)) {
    const [first] = windows
    if (first) refuse(`says which partitions are built, and ${draft.id} has none`, first.from.location)
    return []
  }
  if (windows.length === 0) {
    const unit = draft.partitioning?.grid.unit ?? 'day'
    const example = { hour: '2024-01-05T07', day: '2024-01-05', month: '2024-01', year: '2024' }[unit]
    refuse(
      `is missing: ${draft.id} is built by partitions`,
      location,
      `say which one the test builds: window: ${example}`,
    )
  }
  return windows.flatMap(({ from, to }): Window[] => {
    const [start, end] = [ordinalOf(draft, from, 'window'), to && ordinalOf(draft, to, 'window')]
    found.push(...start.diagnostics, ...(end?.diagnostics ?? []))
    if (start.value === undefined || (to && end?.value === undefined)) return []
    const window = { start: start.value, end: end?.value ?? start.value + 1 }
    if (window.end > window.start) return [window]
    refuse(`ends with ${to?.value}, which does not lie after ${from.value}`, to?.location)
    return []
  })
}

function openOf({ expectOpen }: UnitTestDefinition, draft: Draft, found: Diagnostic[]): Pick<UnitTest, 'expectOpen'> {
  if (!expectOpen) return {}
  const [first] = expectOpen
  if (draft.settled === undefined || !isCut(draft)) {
    const detail = `asks which partitions are not settled, and ${draft.id} does not say when they are`
    found.push(diagnose('unit-test-invalid', { key: 'expect_open', detail }, first?.location))
    return {}
  }
  const ordinals = expectOpen.map((one) => ordinalOf(draft, one, 'expect_open'))
  found.push(...ordinals.flatMap(({ diagnostics }) => diagnostics))
  return { expectOpen: ordinals.flatMap(({ value }) => (value === undefined ? [] : [value])).sort((a, b) => a - b) }
}

function taken<T>({ value, diagnostics }: Checked<T>, found: Diagnostic[]): T | undefined {
  found.push(...diagnostics)
  return value
}

function expectedOf(
  expected: ExpectDefinition | undefined,
  project: Project,
  found: Diagnostic[],
): ExpectedRows | undefined {
  const rows = expected && taken(writtenRows(expected.rows, project), found)
  if (!rows) return undefined
  const { ordered, tolerance } = expected
  return { rows, ordered, ...(tolerance === undefined ? {} : { tolerance }) }
}

/** Rows without their places, for the hash. */
function content(rows: WrittenRows): unknown {
  return rows.format === 'dict'
    ? rows.rows.map(({ cells }) => cells.map(({ column, value }) => [column, value]))
    : [rows.format, rows.text]
}

function hashOf(test: Omit<UnitTest, 'hash' | 'location'>): string {
  const { sql, text, given, expect, expectTable, expectOpen, windows } = test
  const compared = (one: ExpectedRows | undefined) => one && [content(one.rows), one.ordered, one.tolerance ?? null]
  const pieces = sql?.pieces.map((piece) => ('hole' in piece ? piece.hole : piece.text))
  const deciding = [
    pieces,
    text,
    given.map(({ node, rows }) => [node, content(rows)]),
    ...[compared(expect), compared(expectTable), expectOpen, windows],
  ]
  return hash('sha256', JSON.stringify(deciding.map((part) => part ?? null)), 'hex').slice(0, 32)
}

/** What a view or an ephemeral model cannot be asked. */
function storageProblems({ expectTable, location }: UnitTestDefinition, { id, config }: Draft): Diagnostic[] {
  const isStored = config.materialized !== 'view' && config.materialized !== 'ephemeral'
  if (!expectTable || isStored) return []
  const detail = `is what a table holds afterwards, and ${id} is ${config.materialized === 'view' ? 'a view' : 'ephemeral'}`
  return [diagnose('unit-test-invalid', { key: 'expect_table', detail, help: 'write it under expect' }, location)]
}

interface Compiling {
  readonly rendering: Rendering
  readonly links: Links
  readonly disabled: ReadonlySet<string>
}

/** The model that a test is of; undefined without diagnostics: it is switched off, or could not be rendered. */
function draftTested({ name, model }: UnitTestDefinition, { rendering, links, disabled }: Compiling): Checked<Draft> {
  const { names } = rendering.surroundings
  const file = names.model(model.value)
  const draft = file && links.drafts.get(modelId(file))
  if (draft && !file.isSeed) return { value: draft, diagnostics: [] }
  if (file && !file.isSeed && (disabled.has(modelId(file)) || !draft)) return { value: undefined, diagnostics: [] }
  const parameters = { test: name, model: model.value, nearest: nearest(model.value, names.modelNames) }
  return { value: undefined, diagnostics: [diagnose('unit-test-model-unknown', parameters, model.location)] }
}

function givenOf(inputs: readonly ResolvedInput[], project: Project, found: Diagnostic[]): UnitTest['given'] {
  return inputs.flatMap(({ node, given }) => {
    const rows = taken(writtenRows(given.rows, project), found)
    return rows ? [{ node, rows }] : []
  })
}

function compileOne(definition: UnitTestDefinition, compiling: Compiling): Checked<UnitTest> {
  const { rendering, links } = compiling
  const { project, names } = rendering.surroundings
  const { value: draft, diagnostics } = draftTested(definition, compiling)
  if (!draft) return { value: undefined, diagnostics }
  const { inputs, diagnostics: found } = resolveInputs(definition, draft.id, names)
  const nodes = new Set(inputs.map(({ node }) => node))
  const sql = testedSql(definition, draft, nodes, rendering, links)
  const tested: SqlText | undefined = taken(sql, found)
  if (tested && !hasErrors(found)) found.push(...inputProblems(definition, draft, inputs, nodesRead(tested)))
  found.push(...storageProblems(definition, draft))
  const windows = windowsOf(definition, draft, found)
  const open = openOf(definition, draft, found)
  const { name, description, tags, meta, location } = definition
  const [expect, table] = [definition.expect, definition.expectTable].map((one) => expectedOf(one, project, found))
  const test: Omit<UnitTest, 'hash' | 'location'> = {
    id: `unit_test.${draft.file.name}.${name}`,
    ...{ name, model: draft.id, description, package: definition.package, tags, meta },
    ...(tested && !sql.isSame ? { sql: tested } : {}),
    text: textTested(definition, draft, nodes),
    given: givenOf(inputs, project, found),
    ...(expect ? { expect } : {}),
    ...(table ? { expectTable: table } : {}),
    ...open,
    windows,
  }
  return { value: hasErrors(found) ? undefined : { ...test, hash: hashOf(test), location }, diagnostics: found }
}

/** Compiles the unit tests of a project. Those of models that are switched off, or have mistakes of their own, are left out. */
export function compileUnitTests(
  definitions: readonly UnitTestDefinition[],
  compiling: Compiling,
): readonly Checked<UnitTest>[] {
  return definitions.map((definition) => compileOne(definition, compiling))
}
