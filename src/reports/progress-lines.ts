import type { Graph } from '../compiler/index.ts'
import { neutralise } from '../diagnostics/index.ts'
import type { ModelProgress, Progress } from './progress-state.ts'
import type { Theme } from './theme.ts'
import { cut, pad, width } from './width.ts'
import { count, duration, number, range } from './words.ts'

/** What became of a model's partitions, the worst first. */
function outcome(model: ModelProgress): string {
  const whole = model.kind !== 'partitions'
  const bad = [
    ...(model.failed > 0 ? [whole ? 'failed' : `${number(model.failed)} failed`] : []),
    ...(model.blocked > 0 ? [whole ? 'blocked' : `${number(model.blocked)} blocked`] : []),
    ...(model.cancelled > 0 ? ['interrupted'] : []),
  ]
  const built = model.changed + model.equal
  if (whole)
    return [...bad, ...(bad.length === 0 ? [model.equal > 0 ? `${model.kind}, equal` : model.kind] : [])].join(', ')
  return [
    ...bad,
    ...(built > 0 || bad.length === 0 ? [count(built, 'partition')] : []),
    ...(model.equal > 0 ? [model.changed === 0 ? 'all equal' : `${number(model.equal)} equal`] : []),
    ...(model.skipped > 0 ? [`${number(model.skipped)} unchanged`] : []),
  ].join(', ')
}

/** `✓` built, `=` nothing changed, `✗` failed, `–` not built. */
function mark(model: ModelProgress, theme: Theme): string {
  if (model.failed > 0) return theme.error('✗')
  if (model.blocked > 0 || model.cancelled > 0) return theme.warning('–')
  return model.changed > 0 || model.kind === 'view' ? theme.good('✓') : theme.dim('=')
}

/** Two cells, the second to the right; what is too long for the first takes of the space before the second. */
function besides(left: string, leftWidth: number, right: string, rightWidth: number): string {
  const first = pad(left, leftWidth)
  return `${first}  ${pad(right, rightWidth - (width(first) - leftWidth), 'right')}`
}

/** The line that a finished model leaves behind. */
export function finishedLine(model: ModelProgress, nameWidth: number, theme: Theme): string {
  const time = model.startedAt === undefined ? '' : duration((model.finishedAt ?? 0) - model.startedAt)
  const hasRows = model.kind !== 'view' && model.changed + model.equal > 0
  const rows = hasRows ? count(model.rows, 'row') : ''
  const cells = [besides(outcome(model), 28, rows, 16), theme.dim(pad(time, 9, 'right'))]
  return `  ${mark(model, theme)} ${theme.bold(pad(neutralise(model.model), nameWidth))}  ${cells.join('  ')}`.trimEnd()
}

/** Whether a finished model is worth a line: not when its inputs turned out equal, or when it was never begun. */
export function isWorthALine(model: ModelProgress): boolean {
  if (model.changed + model.equal + model.failed + model.blocked > 0) return true
  return model.startedAt !== undefined && (model.cancelled > 0 || model.kind === 'view')
}

/** A bar of eighths. */
function bar(done: number, all: number, cells: number): string {
  const filled = all === 0 ? 0 : Math.floor((done / all) * cells)
  return '█'.repeat(filled) + '░'.repeat(cells - filled)
}

const mostRunning = 6

/** What is at work now and how far everything is; rewritten in place on a terminal. */
export function liveLines(progress: Progress, graph: Graph, now: number, columns: number, theme: Theme): string[] {
  const models = [...progress.models.values()]
  const grids = new Map(graph.models.map((model) => [model.id, model.partitioning?.grid]))
  const running = [...progress.running.values()]
  const lines = running.slice(0, mostRunning).map(({ model, window, at }) => {
    const grid = grids.get(model)
    const where = grid && window ? `  ${range(grid, window)}` : ''
    return `  ▸ ${neutralise(model)}${where}  ${duration(now - at)}`
  })
  if (running.length > mostRunning) lines.push(`  ▸ and ${count(running.length - mostRunning, 'more batch')}`)
  const sum = (of: (model: ModelProgress) => number) => models.reduce((total, model) => total + of(model), 0)
  const [done, all] = [sum((m) => m.finishedBatches), sum((m) => m.batches)]
  const { passed, warned, failed } = progress.assertions
  const judged = passed + warned + failed
  const totals = [
    ...(progress.interrupting ? [`${progress.interrupting}: stopping (a second one ends at once)`] : []),
    ...(all > 0
      ? [
          `${bar(done, all, 16)} ${models.filter((m) => m.finishedAt !== undefined).length}/${count(models.length, 'model')}`,
          `${number(done)}/${count(all, 'batch')}`,
          count(
            sum((m) => m.rows),
            'row',
          ),
        ]
      : []),
    ...(judged > 0 ? [count(judged, 'assertion')] : []),
    duration(now - progress.startedAt),
  ]
  return [...lines, `  ${totals.join(' · ')}`].map((line) => theme.dim(cut(line, columns - 1)))
}

/** A sign of life of a long model, where lines cannot be rewritten. */
export function lifeLine(progress: Progress, now: number): string {
  const models = [...progress.models.values()]
  const at = models.filter((model) => model.startedAt !== undefined && model.finishedAt === undefined)
  const doing = at.slice(0, 3).map((model) => {
    const parts = model.partitions > 0 ? ` ${number(model.finishedPartitions)}/${number(model.partitions)}` : ''
    return `${neutralise(model.model)}${parts}`
  })
  return `  … ${doing.join(', ') || 'assertions'} (${duration(now - progress.startedAt)})`
}
