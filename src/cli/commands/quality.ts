import { type Assertion, assertionNamed } from '../../assertions/index.ts'
import { parsePartition, partitionKey, startInstant } from '../../calendar/index.ts'
import type { Graph, Model } from '../../compiler/index.ts'
import { type Diagnostic, diagnose, Failure, nearest } from '../../diagnostics/index.ts'
import type { Acknowledgement, NamedPartitions } from '../../ledger/index.ts'
import { assertionHistoryText, modelQualityText, qualityText } from '../../reports/index.ts'
import { locateValue, shellWord } from '../command-line.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { type Compiled, loadGraph } from '../load.ts'
import { acknowledgedFailure, qualityOf } from '../quality-states.ts'
import { selectNodes } from '../selection.ts'
import { readingWarehouse, withWarehouse } from '../warehouse.ts'

/** Partitions, and rows that failed, which are shown of an assertion. */
const mostShown = 20

const everything = (graph: Graph) => ({
  models: new Set(graph.models.map(({ id }) => id)),
  assertions: new Set(graph.assertions.map(({ id }) => id)),
})

function wordsOf({ output, io }: Context, { graph }: Compiled) {
  return { theme: output.theme, timeZone: graph.timeZone, columns: io.stdout.columns }
}

/** The state of everything that is selected. */
async function overview(context: Context, compiled: Compiled): Promise<number> {
  const { output, io } = context
  const { models, assertions } = await selectNodes(context, compiled)
  const wanted = { models: new Set(models), assertions: new Set(assertions) }
  const found = await readingWarehouse(context, compiled, (warehouse) =>
    qualityOf(compiled.graph, warehouse?.ledger, io.now(), wanted),
  )
  if (output.json) output.answerJson({ models: found })
  else output.answer(qualityText(found, wordsOf(context, compiled)))
  return exitCode.success
}

/** The assertion that a word of the command line names; undefined: none. */
function assertionOf({ line }: Context, { graph }: Compiled, word: string): Assertion | undefined {
  const found = assertionNamed(graph.assertions, word)
  if (found.length > 1) {
    const ids = found.map(({ id }) => id)
    throw new Failure(diagnose('quality-ambiguous', { word, ids }, locateValue(line, word)))
  }
  return found[0]
}

function unknown({ line }: Context, { graph }: Compiled, word: string, isModelMeant: boolean): Diagnostic {
  const names = graph.assertions.flatMap(({ id, name }) => [name, id, id.split('.').slice(1).join('.')])
  const models = isModelMeant ? graph.models.flatMap(({ id, name }) => [name, id]) : []
  const parameters = {
    word,
    similar: names.find((name) => name.startsWith(`${word}(`)) ?? nearest(word, [...models, ...names]),
    of: isModelMeant ? ('model or assertion' as const) : ('assertion' as const),
  }
  return diagnose('quality-unknown', parameters, locateValue(line, word))
}

function modelNamed({ models }: Graph, word: string): Model | undefined {
  return models.find(({ id, name }) => id === word || name === word)
}

/** Everything that is known of one model, or of one assertion. */
async function detail(context: Context, compiled: Compiled, word: string): Promise<number> {
  const { output, io, options } = context
  const { graph } = compiled
  const model = modelNamed(graph, word)
  const assertion = model ? undefined : assertionOf(context, compiled, word)
  if (!model && !assertion) throw new Failure(unknown(context, compiled, word, true))
  const words = wordsOf(context, compiled)
  const most = options.limit ?? mostShown
  return readingWarehouse(context, compiled, async (warehouse) => {
    const all = await qualityOf(graph, warehouse?.ledger, io.now(), everything(graph))
    const id = model?.id ?? assertion?.node ?? 'tests/sql'
    const own = all.find((one) => one.model === id)
    if (!own) throw new Failure(unknown(context, compiled, word, true))
    if (!assertion) {
      if (output.json) output.answerJson(own)
      else output.answer(modelQualityText(own, words))
      return exitCode.success
    }
    const quality = own.assertions.find((one) => one.assertion === assertion.id)
    if (!quality) throw new Failure(unknown(context, compiled, word, true))
    const ledger = warehouse?.ledger.quality
    const partitions =
      assertion.partitionColumn === undefined ? [] : ((await ledger?.partitions(assertion.id, most)) ?? [])
    const rows = (await ledger?.failedRows(assertion.id, most)) ?? []
    const history = { quality, partitions, rows: rows.map((one) => ({ ...one, row: JSON.parse(one.row) })) }
    if (output.json) output.answerJson(history)
    else output.answer(assertionHistoryText(history, words))
    return exitCode.success
  })
}

/** The partitions that the command line names; undefined: all. */
function partitionsOf(
  { options, line }: Context,
  { graph }: Compiled,
  assertion: Assertion,
): NamedPartitions | undefined {
  const { from, to, partition } = options
  if (from === undefined && to === undefined && partition === undefined) return undefined
  const model = graph.models.find(({ id }) => id === assertion.node)
  const grid = assertion.scope.kind === 'window' ? model?.partitioning?.grid : undefined
  const ordinalOf = (text: string): number => {
    const ordinal = grid && parsePartition(grid, text)
    if (ordinal !== undefined) return ordinal
    const parameters = { name: assertion.name, text, unit: grid?.unit }
    throw new Failure(diagnose('acknowledge-partitions', parameters, locateValue(line, text)))
  }
  const first = ordinalOf(partition ?? from ?? to ?? '')
  const last = partition === undefined && to !== undefined ? ordinalOf(to) - 1 : first
  if (!grid) return undefined
  if (last < first || (partition === undefined && (from === undefined || to === undefined))) {
    const parameters = { name: assertion.name, text: `${from ?? '…'} … ${to ?? '…'}`, unit: grid.unit }
    throw new Failure(diagnose('acknowledge-partitions', parameters, locateValue(line, from ?? to ?? '')))
  }
  return { first: partitionKey(grid, first), last: partitionKey(grid, last) }
}

/** The moment after the last day of `--until`. */
function endOf({ options, line, io }: Context, { graph }: Compiled): number | undefined {
  const { until } = options
  if (until === undefined) return undefined
  const days = { unit: 'day', timeZone: graph.timeZone } as const
  const ordinal = /^\d{4}-\d{2}-\d{2}$/.test(until) ? parsePartition(days, until) : undefined
  const end = ordinal === undefined ? undefined : startInstant(days, ordinal + 1)
  if (end !== undefined && end > io.now()) return end
  const expected = 'a day that is not over, such as 2030-12-31'
  const invalid = { option: '--until', value: until, expected }
  throw new Failure(diagnose('option-value-invalid', invalid, locateValue(line, until)))
}

function refuseIncomplete({ options }: Context, assertion: Assertion, partitions: NamedPartitions | undefined): void {
  const missing = [
    ...(options.until === undefined && !partitions ? ['--until'] : []),
    ...(options.reason === undefined ? ['--reason'] : []),
  ]
  if (missing.length === 0) return
  const until = options.until ?? '<date>'
  const example = `elt quality ack ${shellWord(assertion.id)} --until ${until} --reason ${shellWord(options.reason ?? 'why it is known')}`
  throw new Failure(diagnose('acknowledge-incomplete', { missing, example }))
}

/** Takes note of a known failure, or ends that. */
async function acknowledge(context: Context, compiled: Compiled, word: string): Promise<number> {
  const { options, output, io } = context
  const assertion = assertionOf(context, compiled, word)
  if (!assertion) throw new Failure(unknown(context, compiled, word, false))
  const partitions = partitionsOf(context, compiled, assertion)
  const told = partitions && [...new Set([partitions.first, partitions.last])].join(' … ')
  if (options.withdraw) {
    const ended = await withWarehouse(context, compiled, 'write', ({ ledger }) =>
      ledger.quality.withdraw(assertion.id, partitions),
    )
    if (ended === 0) throw new Failure(diagnose('acknowledgement-missing', { name: assertion.name, partitions: told }))
    if (output.json) output.answerJson({ assertion: assertion.id, withdrawn: ended })
    else output.answer(`${output.theme.good('✓')} withdrawn: ${assertion.id} fails runs again`)
    return exitCode.success
  }
  const endsAt = endOf(context, compiled)
  refuseIncomplete(context, assertion, partitions)
  const known: Acknowledgement = {
    assertion: assertion.id,
    ...(partitions ? { partitions } : {}),
    reason: output.secrets.mask(options.reason ?? ''),
    author: io.env.USER ?? io.env.LOGNAME ?? 'somebody',
    acknowledgedAt: io.now(),
    endsAt,
  }
  await withWarehouse(context, compiled, 'write', ({ ledger }) => ledger.quality.acknowledge(known))
  const failure = acknowledgedFailure(known, compiled.graph.timeZone)
  if (output.json) output.answerJson({ assertion: assertion.id, acknowledged: failure })
  else {
    const until = failure.until === undefined ? 'until it is withdrawn' : `until ${failure.until}, that day included`
    const held = assertion.blocking ? '; its rows are still not published' : ''
    output.answer(
      `${output.theme.good('✓')} acknowledged ${until}: ${assertion.id}${told ? ` in ${told}` : ''} fails no run${held}`,
    )
  }
  return exitCode.success
}

/** Options that only an acknowledgement has are a sign that it was meant: they are not left out without a word. */
function refuseWithoutAck({ options, words: [first] }: Context): void {
  const given = (['until', 'reason', 'withdraw', 'from', 'to', 'partition'] as const).filter((name) => options[name])
  if (first === 'ack' || given.length === 0) return
  const example = `elt quality ack ${first === undefined ? '<assertion>' : shellWord(first)} --until <date> --reason <text>`
  throw new Failure(diagnose('acknowledge-incomplete', { missing: ['ack <assertion>'], example }))
}

export async function execute(context: Context): Promise<number> {
  refuseWithoutAck(context)
  const compiled = await loadGraph(context)
  const [first, second] = context.words
  if (first === undefined) return overview(context, compiled)
  if (first !== 'ack') {
    if (second === undefined) return detail(context, compiled, first)
    const parameters = {
      argument: second,
      command: 'quality' as const,
      correction: `elt quality ack ${shellWord(second)}`,
    }
    throw new Failure(diagnose('argument-unexpected', parameters, locateValue(context.line, second)))
  }
  if (second === undefined) {
    throw new Failure(
      diagnose('acknowledge-incomplete', {
        missing: ['<assertion>'],
        example: 'elt quality ack <assertion> --until <date> --reason <text>',
      }),
    )
  }
  return acknowledge(context, compiled, second)
}
