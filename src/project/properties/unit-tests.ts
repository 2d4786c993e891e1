import { type Diagnostic, diagnose, locate } from '../../diagnostics/index.ts'
import { checkName } from '../names.ts'
import type {
  ExpectDefinition,
  GivenDefinition,
  Located,
  RawConfig,
  RowDefinition,
  RowsDefinition,
  UnitTestDefinition,
  WindowDefinition,
} from '../project.ts'
import {
  childOf,
  describeJson,
  entriesOf,
  entryOf,
  itemsOf,
  located,
  spanOf,
  textOf,
  toJson,
  type YamlFile,
  type YamlNode,
  type YamlScalar,
} from '../yaml/index.ts'
import { isDisabled, readLabels } from './ownership.ts'

function wrong(yaml: YamlFile, key: string, expected: string, node: YamlNode, found: Diagnostic[]): undefined {
  found.push(diagnose('wrong-value', { key, expected, found: describeJson(toJson(node)) }, spanOf(yaml.file, node)))
}

/** Where the lines of a block of text begin in the file; undefined for text that is written in another way. */
function lineStarts({ file }: YamlFile, { start, end, value }: YamlScalar): readonly number[] | undefined {
  const written = file.text.slice(start, end)
  if (!/^[|>]/.test(written)) return undefined
  const lines = String(value).replace(/\n+$/, '').split('\n')
  const starts: number[] = []
  let at = start + written.indexOf('\n') + 1
  for (const line of lines) {
    const next = file.text.indexOf('\n', at)
    const whole = file.text.slice(at, next < 0 ? file.text.length : next)
    const within = whole.indexOf(line)
    if (within < 0) return undefined
    starts.push(at + within)
    at = next < 0 ? file.text.length : next + 1
  }
  return starts
}

function readRow(yaml: YamlFile, node: YamlNode, found: Diagnostic[]): RowDefinition | undefined {
  if (node.kind !== 'map') return wrong(yaml, 'rows', 'a mapping of columns to values', node, found)
  const cells = node.entries.map(({ key, keySpan, value }) => ({
    column: key,
    named: keySpan.start,
    value: toJson(value),
    start: value.start,
    end: value.end,
  }))
  return { cells, start: node.start, end: node.end }
}

function readText(
  yaml: YamlFile,
  format: 'csv' | 'sql',
  rows: YamlNode,
  found: Diagnostic[],
): RowsDefinition | undefined {
  if (rows.kind !== 'scalar' || typeof rows.value !== 'string') {
    return wrong(yaml, 'rows', `a text of ${format.toUpperCase()}`, rows, found)
  }
  const starts = lineStarts(yaml, rows)
  const location = spanOf(yaml.file, rows)
  return { format, text: rows.value, ...(starts ? { lineStarts: starts } : {}), location }
}

/** The rows below a mapping; `at` names it. Reported and undefined where they are written in no known form. */
function readRows(yaml: YamlFile, owner: YamlNode, found: Diagnostic[]): RowsDefinition | undefined {
  const [rows, fixture, form] = ['rows', 'fixture', 'format'].map((key) => entryOf(owner, key))
  const written = textOf(form?.value) ?? 'dict'
  if (written !== 'dict' && written !== 'csv' && written !== 'sql') return undefined
  if (fixture) {
    const name = textOf(fixture.value)
    if (rows) {
      const detail = 'names a file, and `rows` gives rows, too: one of them has to go'
      found.push(diagnose('unit-test-invalid', { key: 'fixture', detail }, spanOf(yaml.file, fixture.keySpan)))
    }
    const location = spanOf(yaml.file, fixture.value)
    if (written !== 'dict') return { format: written, fixture: name ?? '', location }
    const detail = 'is a file, which is `format: csv` or `format: sql`; a `dict` stands under `rows`'
    const help = form ? {} : { help: 'say which of them it is: format: csv' }
    found.push(diagnose('unit-test-invalid', { key: 'fixture', detail, ...help }, location))
    return undefined
  }
  if (written !== 'dict') {
    if (rows) return readText(yaml, written, rows.value, found)
    const place = spanOf(yaml.file, form?.value ?? owner)
    found.push(diagnose('missing-key', { key: 'rows', of: `format: ${written}` }, place))
    return undefined
  }
  const location = rows ? spanOf(yaml.file, rows.keySpan) : locate(yaml.file, owner.start, owner.start + 1)
  const isEmpty = !rows || (rows.value.kind === 'scalar' && rows.value.value === null)
  if (isEmpty) return { format: 'dict', rows: [], location }
  if (rows.value.kind !== 'list') return wrong(yaml, 'rows', 'a list of mappings', rows.value, found)
  return { format: 'dict', rows: itemsOf(rows.value).flatMap((node) => readRow(yaml, node, found) ?? []), location }
}

function readGiven(yaml: YamlFile, node: YamlNode, found: Diagnostic[]): GivenDefinition[] {
  return itemsOf(childOf(node, 'given')).flatMap((item) => {
    const input = childOf(item, 'input')
    const text = textOf(input)
    const rows = readRows(yaml, item, found)
    return input && text !== undefined && rows
      ? [{ input: { value: text, location: spanOf(yaml.file, input) }, rows }]
      : []
  })
}

function readExpect(yaml: YamlFile, node: YamlNode, key: string, found: Diagnostic[]): ExpectDefinition | undefined {
  const owner = childOf(node, key)
  const rows = owner && readRows(yaml, owner, found)
  if (!owner || !rows) return undefined
  const [ordered, tolerance] = [childOf(owner, 'ordered'), childOf(owner, 'tolerance')]
  const most = tolerance?.kind === 'scalar' && typeof tolerance.value === 'number' ? tolerance.value : undefined
  if (tolerance && (most === undefined || most < 0)) wrong(yaml, 'tolerance', 'a number, at least 0', tolerance, found)
  return {
    rows,
    ordered: ordered?.kind === 'scalar' && ordered.value === true,
    ...(most === undefined ? {} : { tolerance: most }),
  }
}

function readWindow(yaml: YamlFile, node: YamlNode, found: Diagnostic[]): WindowDefinition | undefined {
  const placed = (one: YamlNode): Located<string> => ({ value: textOf(one) ?? '', location: spanOf(yaml.file, one) })
  if (textOf(node) !== undefined) return { from: placed(node) }
  const [from, to] = [childOf(node, 'from'), childOf(node, 'to')]
  const isKnown = entriesOf(node).every(({ key }) => key === 'from' || key === 'to')
  if (textOf(from) !== undefined && textOf(to) !== undefined && from && to && isKnown) {
    return { from: placed(from), to: placed(to) }
  }
  return wrong(yaml, 'window', 'a partition, or { from, to }, or a list of those', node, found)
}

/** One thing, or a list of such. */
function several(node: YamlNode | undefined): readonly YamlNode[] {
  return node === undefined ? [] : node.kind === 'list' ? node.items : [node]
}

function readOverrides(yaml: YamlFile, node: YamlNode, key: string): RawConfig {
  const entries = entriesOf(childOf(childOf(node, 'overrides'), key))
  return Object.fromEntries(
    entries.map(({ key: name, keySpan, value }) => {
      return [name, { value: located(yaml.file, value).value, location: spanOf(yaml.file, keySpan) }]
    }),
  )
}

function readOne(yaml: YamlFile, node: YamlNode, owner: string, found: Diagnostic[]): UnitTestDefinition | undefined {
  const [nameNode, modelNode] = [childOf(node, 'name'), childOf(node, 'model')]
  const [name, model] = [textOf(nameNode), textOf(modelNode)]
  if (!nameNode || !modelNode || name === undefined || model === undefined) return undefined
  const location = spanOf(yaml.file, nameNode)
  if (!checkName('unit test', name, location, found)) return undefined
  const expect = readExpect(yaml, node, 'expect', found)
  const table = readExpect(yaml, node, 'expect_table', found)
  const open = childOf(node, 'expect_open')
  if (!childOf(node, 'expect') && !childOf(node, 'expect_table') && !open) {
    found.push(diagnose('missing-key', { key: 'expect', of: `the unit test ${name}` }, location))
  }
  return {
    name,
    model: { value: model, location: spanOf(yaml.file, modelNode) },
    description: textOf(childOf(node, 'description')) ?? '',
    given: readGiven(yaml, node, found),
    ...(expect ? { expect } : {}),
    ...(table ? { expectTable: table } : {}),
    ...(open
      ? { expectOpen: several(open).map((one) => ({ value: textOf(one) ?? '', location: spanOf(yaml.file, one) })) }
      : {}),
    windows: several(childOf(node, 'window')).flatMap((one) => readWindow(yaml, one, found) ?? []),
    overrides: {
      macros: readOverrides(yaml, node, 'macros'),
      vars: readOverrides(yaml, node, 'vars'),
      env: readOverrides(yaml, node, 'env_vars'),
    },
    ...readLabels(node),
    package: owner,
    location,
  }
}

/** `unit_tests:` of a properties file, those that are switched off left out; the form of the whole was checked with the file's. */
export function readUnitTests(yaml: YamlFile, owner: string, found: Diagnostic[]): UnitTestDefinition[] {
  const enabled = itemsOf(childOf(yaml.root, 'unit_tests')).filter((node) => !isDisabled(node))
  return enabled.flatMap((node) => readOne(yaml, node, owner, found) ?? [])
}
