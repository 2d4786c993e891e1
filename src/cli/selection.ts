import {
  type Evidence,
  type EvidenceKind,
  evidenceNeeded,
  indirectModes,
  type Kind,
  type Selection,
  type SelectionRequest,
  select,
} from '../compiler/index.ts'
import { type Diagnostic, diagnose, Failure, nearest, withFrame } from '../diagnostics/index.ts'
import { locateValue } from './command-line.ts'
import type { Context } from './context.ts'
import { exitCode } from './exit-code.ts'
import { type Compiled, valueOrStop } from './load.ts'

/** What people call the kinds of nodes, as `resource_type:` has them. */
const kindNames: ReadonlyMap<string, Kind> = new Map([
  ['model', 'model'],
  ['seed', 'seed'],
  ['source', 'source'],
  ['test', 'assertion'],
  ['assertion', 'assertion'],
  ['unit_test', 'unit_test'],
  ['exposure', 'exposure'],
])

const allKinds: readonly Kind[] = ['source', 'seed', 'model', 'assertion', 'unit_test', 'exposure']

/** The kinds that an option names; undefined when it was not given. */
export function kindsOf(context: Context, option: 'resource-type' | 'exclude-resource-type'): Kind[] | undefined {
  const words = context.options[option]?.flatMap((text) => text.split(/[\s,]+/)).filter((word) => word !== '')
  return words?.flatMap((word) => {
    const kind = kindNames.get(word)
    if (kind) return [kind]
    if (word === 'all' || word === 'default') return allKinds
    const names = [...kindNames.keys(), 'all']
    const parameters = { option: `--${option}`, value: word, expected: names.join(', '), similar: nearest(word, names) }
    throw new Failure(diagnose('option-value-invalid', parameters, locateValue(context.line, word)))
  })
}

function requestOf(context: Context): SelectionRequest {
  const { select: words = [], exclude = [], selector, 'indirect-selection': indirect } = context.options
  if (selector !== undefined && words.length > 0) {
    const why = `one selects by name; together they are \`--select selector:${selector} …\``
    throw new Failure(diagnose('option-conflict', { option: '--selector', other: '--select', why }))
  }
  const [kinds, excludeKinds] = [kindsOf(context, 'resource-type'), kindsOf(context, 'exclude-resource-type')]
  return {
    select: words,
    exclude,
    indirect: indirectModes.find((mode) => mode === indirect) ?? 'eager',
    ...(selector === undefined ? {} : { selector }),
    ...(kinds ? { kinds } : {}),
    ...(excludeKinds ? { excludeKinds } : {}),
  }
}

/** Selectors are written on the command line: a diagnostic that quotes one gets its place there. */
function placed(found: Diagnostic, { options, line }: Context): Diagnostic {
  const quoted = /`(.+?)`/.exec(found.message)?.[1] ?? ''
  const words = [...(options.select ?? []), ...(options.exclude ?? []), ...(options.selector ? [options.selector] : [])]
  const word = words.find((candidate) => candidate.includes(quoted))
  return found.location || word === undefined ? found : { ...found, location: withFrame(locateValue(line, word)) }
}

/** What the selectors ask for beside the graph. What reads it is loaded only then. */
async function gather(context: Context, compiled: Compiled, needed: ReadonlySet<EvidenceKind>): Promise<Evidence> {
  // Where nothing is selected by it, `compile` still says what was taken back since then.
  const compares = needed.has('state') || (context.command === 'compile' && context.options.state !== undefined)
  const state = compares ? await (await import('./state.ts')).stateEvidence(context, compiled) : undefined
  const results = needed.has('results')
    ? (await import('./earlier-results.ts')).resultsEvidence(context, compiled)
    : undefined
  const fresher = needed.has('fresherSources')
    ? await (await import('./fresher-sources.ts')).fresherSources(context, compiled)
    : undefined
  return {
    ...(state ? { state } : {}),
    ...(results ? { results } : {}),
    ...(fresher ? { fresherSources: fresher } : {}),
  }
}

/** Whether the command line selects anything, or leaves it to the default selection. */
export function isSelecting({ options }: Context): boolean {
  return (options.select ?? options.exclude ?? options.selector) !== undefined
}

/** Everything that the selectors of the command line name; without them the default selection. */
export async function selectNodes(context: Context, compiled: Compiled): Promise<Selection> {
  const request = requestOf(context)
  const { graph } = compiled
  const evidence = await gather(context, compiled, evidenceNeeded(graph, request))
  const { value, diagnostics } = select(graph, request, evidence)
  return valueOrStop(context, { value, diagnostics: diagnostics.map((found) => placed(found, context)) })
}

/** The selection is empty because nothing is modified, failed or fresher today. */
export function isNothing(selection: Selection): boolean {
  const { models, sources, exposures } = selection
  return (
    [models, sources, exposures].every((ids) => ids.length === 0) &&
    selection.assertions.length + selection.unitTests.length === 0
  )
}

/** Says that there is nothing to do: nothing changed, which is what people hope for. */
export function tellNothing({ output, options }: Context): number {
  const words = [...(options.select ?? []), ...(options.selector === undefined ? [] : [options.selector])].join(' ')
  output.answer(
    `${output.theme.good('✓')} nothing to do: nothing matches ${words === '' ? 'the selection' : words} today`,
  )
  return exitCode.success
}

/** A selector that would reach models from what was selected, and what they are to it. */
function reaching(selection: Selection, words: readonly string[]) {
  const [word] = words
  if (word === undefined || words.length > 1 || /[\s,+@]/.test(word)) return undefined
  const isRead = selection.sources.length > 0
  return { selector: isRead ? `${word}+` : `+${word}`, are: isRead ? 'what reads them' : 'what they read' }
}

/**
 * Ids of the selected models, for commands that work on nothing else. Error `selection-without-models` when other things are
 * selected; none when nothing is.
 */
export async function selectedModels(context: Context, compiled: Compiled): Promise<readonly string[]> {
  const selection = await selectNodes(context, compiled)
  if (selection.models.length > 0 || isNothing(selection)) return selection.models
  const { select: words = [] } = context.options
  const kinds = {
    sources: 'sources',
    assertions: 'assertions',
    unitTests: 'unit tests',
    exposures: 'exposures',
  } as const
  const found = Object.entries(kinds)
    .flatMap(([kind, words]) => (selection[kind as keyof typeof kinds].length > 0 ? [words] : []))
    .join(' and ')
  const example = reaching(selection, words)
  const location = words[0] === undefined ? undefined : locateValue(context.line, words[0])
  throw new Failure(diagnose('selection-without-models', { command: context.command, found, example }, location))
}
