import { type Checked, type Diagnostic, diagnose, nearest } from '../../diagnostics/index.ts'
import type { GivenDefinition, UnitTestDefinition } from '../../project/index.ts'
import type { SqlText } from '../../sql/index.ts'
import type { Draft } from '../draft.ts'
import { modelId, type Names } from '../names.ts'

const call =
  /^\s*(ref|source)\s*\(\s*(['"])([^'"]*)\2\s*(?:,\s*(['"])([^'"]*)\4\s*)?(?:,\s*(?:v|version)\s*=[^)]*)?\)\s*$/

/** What an input names, and the definition that it stands in. */
export interface ResolvedInput {
  readonly node: string
  readonly given: GivenDefinition
}

/** An input that names nothing; without `name`: nobody can tell what it is to name. */
function invalid({ input }: GivenDefinition, name?: string, known: readonly string[] = []): Checked<string> {
  const isKnownForm = name !== undefined
  const parameters = { text: input.value, isKnownForm, nearest: isKnownForm ? nearest(name, known) : undefined }
  return { value: undefined, diagnostics: [diagnose('unit-test-input-invalid', parameters, input.location)] }
}

/** The node that an input names: `this` is the tested model itself. */
function nodeOf(given: GivenDefinition, model: string, names: Names): Checked<string> {
  const text = given.input.value
  if (/^\s*this\s*$/.test(text)) return { value: model, diagnostics: [] }
  const [, kind, , first = '', , second] = call.exec(text) ?? []
  if (kind === 'source') {
    const name = `${first}.${second ?? ''}`
    const source = names.source(name)
    return source ? { value: source.id, diagnostics: [] } : invalid(given, name, names.sourceNames)
  }
  if (kind === undefined) return invalid(given)
  const found = names.model(second ?? first)
  if (!found || (second !== undefined && found.package !== first))
    return invalid(given, second ?? first, names.modelNames)
  return { value: modelId(found), diagnostics: [] }
}

/** The inputs of a test by what they name; each once. */
export function resolveInputs(
  { given }: UnitTestDefinition,
  model: string,
  names: Names,
): { inputs: readonly ResolvedInput[]; diagnostics: Diagnostic[] } {
  const inputs = new Map<string, ResolvedInput>()
  const diagnostics: Diagnostic[] = []
  for (const one of given) {
    const { value: node, diagnostics: found } = nodeOf(one, model, names)
    diagnostics.push(...found)
    if (node === undefined) continue
    if (inputs.has(node)) {
      const parameters = { key: 'input', detail: `names ${one.input.value} twice` }
      diagnostics.push(diagnose('unit-test-invalid', parameters, one.input.location))
    } else inputs.set(node, { node, given: one })
  }
  return { inputs: [...inputs.values()], diagnostics }
}

/** The nodes whose rows a text reads. */
export function nodesRead(sql: SqlText): ReadonlySet<string> {
  return new Set(
    sql.pieces.flatMap((piece) => {
      if (!('hole' in piece)) return []
      const { hole } = piece
      return hole.kind === 'relation' ? [hole.node] : hole.kind === 'files' ? [hole.source] : []
    }),
  )
}

/** A node as an input names it. */
function inputText(node: string, model: string): string {
  if (node === model) return 'this'
  const [, group, name] = /^source\.([^.]+)\.(.+)$/.exec(node) ?? []
  return group === undefined ? `ref('${node.slice(node.indexOf('.') + 1)}')` : `source('${group}', '${name}')`
}

/** What a test reads and has no rows of, and what it has rows of and does not read. */
export function inputProblems(
  definition: UnitTestDefinition,
  draft: Draft,
  inputs: readonly ResolvedInput[],
  read: ReadonlySet<string>,
): Diagnostic[] {
  const { name: test, location } = definition
  const given = new Set(inputs.map(({ node }) => node))
  // A model that reads its own partitions begins with an empty table, whose columns it declares.
  const missing = [...read].filter((node) => !given.has(node) && !(node === draft.id && draft.partitioning))
  const unused = inputs.filter(({ node }) => !read.has(node) && node !== draft.id)
  const all = missing.map((node) => inputText(node, draft.id)).sort()
  return [
    ...(all.length > 0 ? [diagnose('unit-test-input-missing', { test, model: draft.id, inputs: all }, location)] : []),
    ...unused.map(({ given: { input } }) =>
      diagnose('unit-test-input-unused', { test, model: draft.id, input: input.value }, input.location),
    ),
  ]
}
