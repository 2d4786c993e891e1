import { type Checked, type Diagnostic, diagnose, hasErrors, type Location, locate } from '../diagnostics/index.ts'
import { type HookTemplate, hookTemplates } from '../project/index.ts'
import { type Piece, type SqlText, separateStatements } from '../sql/index.ts'
import { hookContext, runHookContext } from './context.ts'
import { DeferredTable } from './deferred.ts'
import type { Draft } from './draft.ts'
import type { Hook } from './graph.ts'
import { type HookFile, hookFile, inProject } from './hook-template.ts'
import type { Links } from './links.ts'
import { modelId } from './names.ts'
import { Recording } from './recording.ts'
import { type Rendering, renderHookText, schemaOf } from './rendering.ts'
import type { TemplateValue } from './template/index.ts'
import { describe, type Read, type Uses, usesOf } from './uses.ts'

/** The hooks of a model, rendered; what they read is only known by name. */
export interface HookDrafts {
  readonly pre: readonly HookDraft[]
  readonly post: readonly HookDraft[]
}

interface HookDraft {
  readonly text: SqlText
  readonly recording: Recording
  readonly uses: Uses
  /** Indices of pieces that stand in strings: they are words there. */
  readonly inStrings: readonly number[]
  readonly transaction: boolean
}

/** What one hook is rendered for. */
interface Purpose {
  readonly name: string
  /** Of the model, or `on_run_start`: whoever asks when its template needs rows of the warehouse. */
  readonly node: string
  readonly recording: (executes: boolean) => Recording
  readonly globals: (recording: Recording) => ReadonlyMap<string, TemplateValue>
}

/** The uses of a hook, at their places in the project. */
function usesInProject<T extends Uses>(uses: T, { place }: HookFile): T {
  const placed = <U extends { readonly location: Location }>(all: readonly U[]) =>
    all.map((one) => ({ ...one, location: place(one.location) }))
  return { ...uses, reads: placed(uses.reads), windows: placed(uses.windows) }
}

/** Renders one hook; nothing when it prints nothing. */
function renderHook(template: HookTemplate, purpose: Purpose, rendering: Rendering): Checked<HookDraft> {
  const whole = hookFile(template, rendering.surroundings.project.files)
  const { file, printed, placed } = whole
  const pass = (executes: boolean) => {
    const recording = purpose.recording(executes)
    const globals = new Map([...purpose.globals(recording), ...printed])
    return { recording, checked: renderHookText(file, purpose.node, recording, globals, rendering) }
  }
  const first = pass(true)
  const { recording, checked } = first.checked ? first : pass(false)
  const text = checked?.value && placed(checked.value)
  const original = rendering.surroundings.project.files.get(file.path) ?? file
  const inStrings: number[] = []
  const uses = text && usesInProject(usesOf(text, recording.deferred, original, { inStrings }), whole)
  const found = [...(checked?.diagnostics ?? []), ...recording.notes, ...(uses?.diagnostics ?? [])]
  const diagnostics = found.map((one) => inProject(one, whole))
  for (const { what, location } of uses?.windows ?? []) {
    diagnostics.push(diagnose('hook-window', { what, hook: purpose.name }, location))
  }
  if (!text || !uses || hasErrors(diagnostics)) return { value: undefined, diagnostics }
  return { value: { text, recording, uses, inStrings, transaction: template.transaction }, diagnostics }
}

function renderAll(templates: readonly HookTemplate[], purpose: Purpose, rendering: Rendering) {
  const rendered = templates.map((template) => renderHook(template, purpose, rendering))
  return {
    drafts: rendered.flatMap(({ value }) => value ?? []),
    diagnostics: rendered.flatMap(({ diagnostics }) => diagnostics),
  }
}

/** A hook of an ephemeral model never runs: worth a word where it was written for that model alone. */
function withoutEffect(draft: Draft): Diagnostic[] {
  return [draft.raw.pre_hook, draft.raw.post_hook]
    .filter((setting) => setting?.location.path === draft.file.file.path)
    .map((setting) => diagnose('hook-without-effect', { model: draft.id }, setting?.location))
}

/** Renders the hooks of a model, whose settings are known now. */
export function draftHooks(draft: Draft, rendering: Rendering): { drafts: HookDrafts; diagnostics: Diagnostic[] } {
  const { raw } = draft
  if (!raw.pre_hook && !raw.post_hook) return { drafts: { pre: [], post: [] }, diagnostics: [] }
  if (draft.config.materialized === 'ephemeral') {
    return { drafts: { pre: [], post: [] }, diagnostics: withoutEffect(draft) }
  }
  const { deferred } = draft.rendered
  const purpose = (name: string): Purpose => ({
    name,
    node: draft.id,
    recording: (executes) => new Recording(raw, executes, DeferredTable.of(deferred)),
    globals: (recording) => modelGlobals(draft, recording, rendering),
  })
  const pre = renderAll(hookTemplates(raw.pre_hook), purpose('pre_hook'), rendering)
  const post = renderAll(hookTemplates(raw.post_hook), purpose('post_hook'), rendering)
  return {
    drafts: { pre: pre.drafts, post: post.drafts },
    diagnostics: [...pre.diagnostics, ...post.diagnostics],
  }
}

function modelGlobals({ file, relation }: Draft, recording: Recording, { surroundings }: Rendering) {
  const schema = schemaOf(surroundings.project, file.layer)
  return hookContext({ surroundings, recording, model: file }, file, schema, relation)
}

/** What the hooks of a model read beside its own relation. */
export function readsOfHooks({ pre, post }: HookDrafts, id: string): Read[] {
  return [...pre, ...post].flatMap(({ uses }) =>
    uses.reads.filter(({ reference }) => !reference.isThis && reference.node !== id),
  )
}

/** The name of a relation as a word: `analytics.flights`. */
function plainName(node: string, links: Links): string {
  const relation = links.drafts.get(node)?.relation
  const origin = links.sources.get(node)?.origin
  if (relation) return `${relation.schema}.${relation.name}`
  return origin?.kind === 'relation' ? `${origin.schema}.${origin.identifier}` : node
}

/** A piece of SQL with relations for what `ref`, `source` and `this` printed. */
function resolved(draft: HookDraft, piece: Piece, index: number, links: Links): Piece {
  const deferred = draft.recording.deferred.of(piece)
  if (deferred?.kind !== 'reference') return piece
  const origin = piece.origin ? { origin: piece.origin } : {}
  if (draft.uses.inComments.includes(index)) return { text: describe(deferred), ...origin }
  if (draft.inStrings.includes(index)) return { text: plainName(deferred.node, links).replaceAll("'", "''"), ...origin }
  return { hole: { kind: 'relation', node: deferred.node }, ...origin }
}

/** What cannot be read by a statement that stands alone: it is no relation. */
function unreadable({ uses }: HookDraft, name: string, links: Links): Diagnostic[] {
  return uses.reads.flatMap(({ reference: { node, name: read }, location }) => {
    const isEphemeral = links.drafts.get(node)?.config.materialized === 'ephemeral'
    const hasFiles = links.sources.get(node)?.origin.kind === 'files'
    if (!isEphemeral && !hasFiles) return []
    const what = isEphemeral ? 'an ephemeral model, which is stored nowhere' : 'a source of files'
    return [diagnose('hook-reads', { hook: name, read, what }, location)]
  })
}

const ofTransactions = /^(?:begin|commit|rollback|abort|end|start|savepoint|release)$/i
const ofSessions = /^(?:use|set|reset|pragma)$/i

/** Statements that would reach beyond the hook: the transaction it runs in, the connection that others use. */
function misplaced({ pieces }: SqlText, name: string, place: Location | undefined): Diagnostic[] {
  const [first] = pieces
  const word = first && 'text' in first ? (/^\s*(\w+)/.exec(first.text)?.[1] ?? '') : ''
  const parameters = { hook: name, statement: word.toLowerCase() }
  if (ofTransactions.test(word)) return [diagnose('hook-transaction', parameters, place)]
  return ofSessions.test(word) ? [diagnose('hook-session', parameters, place)] : []
}

/** The statements of one rendered hook. */
function linkHook(draft: HookDraft, name: string, links: Links, rendering: Rendering): Checked<Hook[]> {
  const unread = unreadable(draft, name, links)
  if (unread.length > 0) return { value: undefined, diagnostics: unread }
  const pieces = draft.text.pieces.map((piece, index) => resolved(draft, piece, index, links))
  const { files } = rendering.surroundings.project
  const placeOf = (place: { path: string; start: number; end: number } | undefined) => {
    const file = place && files.get(place.path)
    return file && locate(file, place.start, place.end)
  }
  const separated = separateStatements({ pieces })
  if (!separated.ok) {
    const { fault, text, place } = separated.problem
    return {
      value: undefined,
      diagnostics: [diagnose('not-one-statement', { subject: name, fault, text }, placeOf(place))],
    }
  }
  const { statements } = separated
  return {
    value: statements.map((sql) => ({ sql, transaction: draft.transaction })),
    diagnostics: statements.flatMap((sql) => misplaced(sql, name, placeOf(sql.pieces[0]?.origin))),
  }
}

function linkAll(drafts: readonly HookDraft[], name: string, links: Links, rendering: Rendering): Hook[] {
  const linked = drafts.map((draft) => linkHook(draft, name, links, rendering))
  for (const { diagnostics } of linked) diagnostics.forEach(links.report)
  return linked.flatMap(({ value }) => value ?? [])
}

/** The hooks of a model as statements, with relations where they name others. */
export function linkHooks({ pre, post }: HookDrafts, links: Links, rendering: Rendering) {
  return {
    preHooks: linkAll(pre, 'pre_hook', links, rendering),
    postHooks: linkAll(post, 'post_hook', links, rendering),
  }
}

/** The statements of `on_run_start` or `on_run_end`. */
export function runHooks(
  name: 'on_run_start' | 'on_run_end',
  templates: readonly HookTemplate[],
  links: Links,
  rendering: Rendering,
): Hook[] {
  const { surroundings } = rendering
  const purpose: Purpose = {
    name,
    node: name,
    recording: (executes) => new Recording({}, executes),
    globals: (recording) => runHookContext({ surroundings, recording }, surroundings.project.target.schema),
  }
  const { drafts, diagnostics } = renderAll(templates, purpose, rendering)
  diagnostics.forEach(links.report)
  const disabled = drafts.flatMap(({ uses }) =>
    uses.reads.flatMap(({ reference: { node }, location }) => {
      const model = surroundings.names.model(node)
      if (!model || links.drafts.has(modelId(model))) return []
      return [diagnose('ref-disabled', { name: model.name, path: model.file.path }, location)]
    }),
  )
  disabled.forEach(links.report)
  return disabled.length > 0 ? [] : linkAll(drafts, name, links, rendering)
}
