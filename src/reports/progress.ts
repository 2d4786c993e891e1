import type { Graph } from '../compiler/index.ts'
import { neutralise } from '../diagnostics/index.ts'
import type { Plan } from '../planner/index.ts'
import type { RunEvent } from '../runner/index.ts'
import { finishedLine, isWorthALine, lifeLine, liveLines } from './progress-lines.ts'
import { advance, startProgress } from './progress-state.ts'
import { plainTheme, type Theme } from './theme.ts'
import { width } from './width.ts'

/** Where progress is shown, and by which clock. */
export interface ProgressOptions {
  readonly write: (text: string) => void
  /** A terminal whose last lines can be rewritten; elsewhere there is a line a finished model. */
  readonly live: boolean
  readonly columns: number
  /** UTC, milliseconds. */
  readonly now: () => number
  /** Calls `action` every so many milliseconds until the returned function is called. */
  readonly every: (milliseconds: number, action: () => void) => () => void
  readonly theme?: Theme
}

/** Shows the progress of a run from its events. */
export interface ProgressReport {
  readonly onEvent: (event: RunEvent) => void
  /** Ends the live block; nothing is written afterwards. */
  readonly stop: () => void
}

const redraw = 100
const signOfLife = 15_000

export function reportProgress(plan: Pick<Plan, 'steps'>, graph: Graph, options: ProgressOptions): ProgressReport {
  const { write, live, columns, now } = options
  const theme = options.theme ?? plainTheme
  const progress = startProgress(plan)
  const nameWidth = Math.min(48, Math.max(0, ...[...progress.models.keys()].map((id) => width(neutralise(id)))))
  let drawn = 0
  let lastLine = now()
  const erase = () => (drawn > 0 ? `\u001b[${drawn}A\u001b[0J` : '')
  const draw = (above: string): void => {
    const lines = liveLines(progress, graph, now(), columns, theme)
    write(`${erase()}${above}${lines.map((line) => `${line}\n`).join('')}`)
    drawn = lines.length
  }
  const say = (line: string): void => {
    lastLine = now()
    if (live) draw(`${line}\n`)
    else write(`${line}\n`)
  }
  const tick = (): void => {
    if (live) draw('')
    else if (progress.startedAt > 0 && now() - lastLine >= signOfLife) say(lifeLine(progress, now()))
  }
  const cancel = options.every(live ? redraw : 1000, tick)
  return {
    onEvent: (event) => {
      const finished = advance(progress, event)
      if (finished && isWorthALine(finished)) say(finishedLine(finished, nameWidth, theme))
      if (event.type === 'interrupting' && !live) say(`  ${event.signal}: stopping (a second one ends at once)`)
    },
    stop: () => {
      cancel()
      write(erase())
      drawn = 0
    },
  }
}
