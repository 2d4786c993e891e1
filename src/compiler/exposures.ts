import { type Checked, type Diagnostic, diagnose, nearest } from '../diagnostics/index.ts'
import type { ExposureDefinition, Located } from '../project/index.ts'
import type { Draft } from './draft.ts'
import type { Exposure } from './graph.ts'
import { modelId, type Names } from './names.ts'

const call = /^\s*(ref|source)\s*\(\s*(['"])([^'"]*)\2\s*(?:,\s*(['"])([^'"]*)\4\s*)?\)\s*$/

interface Resolving {
  readonly names: Names
  readonly drafts: ReadonlyMap<string, Draft>
  readonly disabled: ReadonlySet<string>
}

function modelOf(
  first: string,
  second: string | undefined,
  read: Located<string>,
  { names, disabled, drafts }: Resolving,
): Checked<string> {
  const [owner, name] = second === undefined ? [undefined, first] : [first, second]
  const model = names.model(name)
  if (!model || (owner !== undefined && model.package !== owner)) {
    const shown = owner === undefined ? name : `${owner}.${name}`
    const parameters = { name: shown, nearest: nearest(name, names.modelNames), source: undefined }
    return { value: undefined, diagnostics: [diagnose('ref-not-found', parameters, read.location)] }
  }
  const id = modelId(model)
  if (disabled.has(id)) {
    const parameters = { name: model.name, path: model.file.path }
    return { value: undefined, diagnostics: [diagnose('ref-disabled', parameters, read.location)] }
  }
  const { access, group } = drafts.get(id)?.config ?? {}
  if (access !== 'private' || group === undefined) return { value: id, diagnostics: [] }
  const parameters = { model: id, group, reader: 'the exposure', readerGroup: undefined }
  return { value: id, diagnostics: [diagnose('private-model', parameters, read.location)] }
}

function resolve(read: Located<string>, resolving: Resolving): Checked<string> {
  const match = call.exec(read.value)
  const [, kind, , first = '', , second] = match ?? []
  if (!match || (kind === 'source' && second === undefined)) {
    return { value: undefined, diagnostics: [diagnose('exposure-input', { text: read.value }, read.location)] }
  }
  if (kind === 'ref') return modelOf(first, second, read, resolving)
  const { names } = resolving
  const name = `${first}.${second}`
  const source = names.source(name)
  if (source) return { value: source.id, diagnostics: [] }
  const parameters = { name, nearest: nearest(name, names.sourceNames) }
  return { value: undefined, diagnostics: [diagnose('source-not-found', parameters, read.location)] }
}

/** Exposures with the ids of what they read; what they name must be there. */
export function resolveExposures(
  definitions: readonly ExposureDefinition[],
  resolving: Resolving,
): { exposures: Exposure[]; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const exposures = definitions.map(({ reads, ...exposure }) => {
    const resolved = reads.map((read) => resolve(read, resolving))
    diagnostics.push(...resolved.flatMap((one) => one.diagnostics))
    return { ...exposure, dependsOn: [...new Set(resolved.flatMap(({ value }) => value ?? []))] }
  })
  return { exposures, diagnostics }
}
