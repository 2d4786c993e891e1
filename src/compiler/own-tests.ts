import type { RelationName } from '../adapters/contract.ts'
import {
  type Assertion,
  type AssertionContext,
  readTestArguments,
  type TestGiven,
  type TestSignature,
  testAssertion,
} from '../assertions/index.ts'
import {
  type Checked,
  type Diagnostic,
  hasErrors,
  type Location,
  type SourceFile,
  withFrame,
} from '../diagnostics/index.ts'
import type { AssertionProperties, Json } from '../project/index.ts'
import type { Piece, SqlText } from '../sql/index.ts'
import { assertionProblems, assertionReads } from './assertion-reads.ts'
import { judgedRelation } from './context-relations.ts'
import { insideOf } from './inside.ts'
import type { Links } from './links.ts'
import type { Rendered } from './rendered.ts'
import { type Rendering, renderTest } from './rendering.ts'
import { sqlOf } from './sql-of.ts'
import {
  fromJson,
  type LibraryMacro,
  type MacroLibrary,
  macroIn,
  signatureOf,
  type TemplateValue,
  testPrefix,
} from './template/index.ts'

/** A model or a source whose assertions are compiled. */
export interface TestedNode {
  readonly context: AssertionContext
  /** The package whose tests its own have the names of. */
  readonly package: string
  /** Its relation; absent for files. */
  readonly stored: RelationName | undefined
}

/**
 * The test that a name in YAML stands for: `name` of the package that it is written in, or of the project, and `package.name`.
 * Undefined where nobody wrote one: then it is one of the catalogue, if of any.
 */
export function ownTest(library: MacroLibrary, name: string, owner: string): LibraryMacro | undefined {
  const dot = name.indexOf('.')
  if (dot >= 0) return macroIn(library, name.slice(0, dot), testPrefix + name.slice(dot + 1))
  return macroIn(library, owner, testPrefix + name) ?? macroIn(library, library.ownership.project, testPrefix + name)
}

/** The names that `ownTest` knows, as they are written by a package. */
export function ownTestNames(library: MacroLibrary, owner: string): readonly string[] {
  const { project } = library.ownership
  return [...library.namespaces].flatMap(([namespace, macros]) =>
    [...macros.keys()]
      .filter((name) => name.startsWith(testPrefix))
      .map((name) => name.slice(testPrefix.length))
      .map((name) => (namespace === owner || namespace === project ? name : `${namespace}.${name}`)),
  )
}

/** A text that is a call of `ref` and its like, as dbt reads arguments; with literal names alone. */
const call = /^\s*(?:ref|source|var|env_var)\s*\((?:\s*(?:'[^'\\]*'|"[^"\\]*")\s*,?)+\)\s*$/

/** An argument as an expression of a template: lists and mappings are its own, so that a test may change them. */
function expression(json: Json, values: TemplateValue[]): string {
  if (Array.isArray(json)) return `[${(json as readonly Json[]).map((one) => expression(one, values)).join(', ')}]`
  if (json !== null && typeof json === 'object') {
    const entries = Object.entries(json).map(([key, one]) => `${expression(key, values)}: ${expression(one, values)}`)
    return `{${entries.join(', ')}}`
  }
  const text = typeof json === 'string' ? json : ''
  if (call.test(text)) return text.trim()
  values.push(fromJson(json))
  return `elt_values[${values.length - 1}]`
}

/** The call of a test, written as far into a file as it stands in YAML, so that places of errors are those of the YAML. */
function callOf(
  test: LibraryMacro,
  given: TestGiven,
  location: Location,
): { file: SourceFile; values: TemplateValue[] } {
  const { parameters: all, takesOthers } = signatureOf(test)
  const [first, ...parameters] = all
  const values: TemplateValue[] = []
  const takesColumn =
    given.column !== undefined && (takesOthers || parameters.some(({ name }) => name === 'column_name'))
  const named = Object.entries(given.arguments).map(([name, { value }]) => `${name}=${expression(value, values)}`)
  const column = takesColumn ? [`column_name=${expression(given.column ?? null, values)}`] : []
  const passed = [...(first ? [`${first.name}=elt_model`] : []), ...column, ...named]
  const indent =
    '\n'.repeat(location.line - 1) + ' '.repeat(Math.max(location.column - (location.line === 1 ? 3 : 1), 0))
  return { file: { path: location.path, text: `{{${indent}${test.id}(${passed.join(', ')}) }}` }, values }
}

/** What is said of the call is said of the YAML: its text is nobody's. */
function replaced(diagnostics: readonly Diagnostic[], location: Location): Diagnostic[] {
  return diagnostics.map((one) => {
    if (one.location?.path !== location.path) return one
    const { location: _, ...rest } = one
    return { ...rest, location: withFrame(location) }
  })
}

function withoutOrigin(sql: SqlText, path: string): SqlText {
  return {
    pieces: sql.pieces.map((piece): Piece => {
      if (piece.origin?.path !== path) return piece
      const { origin: _, ...rest } = piece
      return rest
    }),
  }
}

/** The rows that are judged are no read: they are what the assertion is about. */
function withoutJudged(rendered: Rendered): Rendered {
  const reads = rendered.uses.reads.filter(({ reference }) => !reference.isJudged)
  return { ...rendered, uses: { ...rendered.uses, reads } }
}

/** What a test is compiled with. */
interface Around {
  readonly rendering: Rendering
  readonly links: Links
  readonly disabled: ReadonlySet<string>
}

/** Runs a test for a call of it in YAML, and makes the assertion that it is. */
export function ownTestAssertion(
  test: LibraryMacro,
  written: AssertionProperties,
  { context, stored }: TestedNode,
  { rendering, links, disabled }: Around,
): Checked<Assertion> {
  const { location } = written
  const { parameters, takesOthers, description } = signatureOf(test)
  const signature: TestSignature = { name: written.type, parameters, takesOthers }
  const given = readTestArguments(written, signature)
  if (!given.value || hasErrors(given.diagnostics)) return { value: undefined, diagnostics: given.diagnostics }
  const isOff = given.value.settings.enabled?.value === false
  if (isOff) return { value: undefined, diagnostics: [] }
  const { file, values } = callOf(test, given.value, location)
  const id = `${context.node}.${written.type} at ${location.path}:${location.line}:${location.column}`
  const judged = { node: context.node, name: context.nodeName, stored }
  const checked = renderTest(rendering, {
    id,
    file,
    values: (subject) => [
      ['elt_model', judgedRelation(subject, judged)],
      ['elt_values', values],
    ],
  })
  const diagnostics = replaced(checked.diagnostics, location)
  if (!checked.value) return { value: undefined, diagnostics }
  const rendered = withoutJudged(checked.value)
  const inside = insideOf(rendered, links)
  const { names } = rendering.surroundings
  diagnostics.push(...replaced(assertionProblems(rendered, inside, { name: written.type, names, disabled }), location))
  const sql = withoutOrigin(sqlOf(rendered, undefined, inside, links), location.path)
  const made = { sql, reads: assertionReads(rendered, inside), config: rendered.config, description }
  const assertion = testAssertion(written, given.value, made, context)
  return { value: assertion.value, diagnostics: [...diagnostics, ...assertion.diagnostics] }
}
