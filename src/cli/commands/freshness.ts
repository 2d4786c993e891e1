import { randomUUID } from 'node:crypto'
import { diagnose, Failure } from '../../diagnostics/index.ts'
import { artifactIds, type FreshnessResult, freshnessJson, freshnessText, sourcesV3 } from '../../reports/index.ts'
import { locateWord } from '../command-line.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { judgeFreshness } from '../freshness.ts'
import { type Compiled, loadGraph } from '../load.ts'
import { isSelecting, selectNodes } from '../selection.ts'
import { writeTargetFile } from '../target-folder.ts'
import { version } from '../version.ts'

/** dbt's `source freshness` is about sources alone; its other words are not here. */
function refuseOthers({ command, words, line }: Context): void {
  if (command !== 'source' || words[0] === 'freshness') return
  const [given = ''] = words
  const parameters = {
    command: `source ${given}`.trim(),
    similar: undefined,
    instead: 'it is elt source freshness, or elt freshness for models, too',
    commands: [],
  }
  throw new Failure(diagnose('command-unknown', parameters, locateWord(line, 0)))
}

/** What is asked: what the command line selects, or else everything that says how old it may be. */
async function asked(context: Context, compiled: Compiled) {
  const { graph } = compiled
  const selection = isSelecting(context) ? await selectNodes(context, compiled) : undefined
  const [sources, models] = [new Set(selection?.sources), new Set(selection?.models)]
  const isOurs = context.command !== 'source'
  return {
    sources: graph.sources.filter(({ id, freshness }) => freshness && (!selection || sources.has(id))),
    models: graph.models.filter(({ id, config }) => isOurs && config.freshness && (!selection || models.has(id))),
  }
}

/** Keeps what dbt's tools read. */
function writeSources(
  context: Context,
  { graph, directory }: Compiled,
  results: readonly FreshnessResult[],
  began: number,
) {
  const at = context.io.now()
  const header = { at, invocation: randomUUID(), milliseconds: at - began, version }
  const json = sourcesV3(results, artifactIds(graph), header)
  writeTargetFile(context.output, directory, 'sources.json', `${JSON.stringify(json, null, 2)}\n`)
}

export async function execute(context: Context): Promise<number> {
  refuseOthers(context)
  const began = context.io.now()
  const compiled = await loadGraph(context)
  const { output } = context
  const results = await judgeFreshness(context, compiled, await asked(context, compiled))
  writeSources(context, compiled, results, began)
  if (output.json) output.answerJson(freshnessJson(results))
  else output.answer(freshnessText(results, { theme: output.theme, timeZone: compiled.graph.timeZone }))
  const isLate = results.some(({ status }) => status === 'error' || status === 'runtime error')
  return isLate ? exitCode.failed : exitCode.success
}
