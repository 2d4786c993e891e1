import { bug } from '../../diagnostics/index.ts'

/** A piece of work that may wait for others. */
export interface Task {
  readonly id: string
  /** Ids of the tasks that must be over before this one starts; ids that are not scheduled count as over. */
  readonly waitsFor: readonly string[]
  /** Of the tasks that are ready, deeper ones start first; default 0. */
  readonly depth?: number
}

/** Tasks that may start: the deepest first, and those of one depth in the order in which they came. */
function createReady<T extends Task>() {
  const byDepth: { readonly tasks: T[]; next: number }[] = []
  return {
    push: (task: T): void => {
      const depth = task.depth ?? 0
      while (byDepth.length <= depth) byDepth.push({ tasks: [], next: 0 })
      byDepth[depth]?.tasks.push(task)
    },
    shift: (): T | undefined => {
      const deepest = byDepth.findLast(({ tasks, next }) => next < tasks.length)
      return deepest?.tasks[deepest.next++]
    },
    count: (): number => byDepth.reduce((sum, { tasks, next }) => sum + tasks.length - next, 0),
  }
}

/** What whoever executes a task may do besides. */
export interface More<T> {
  /** Hands over tasks that are ready, at most so many; they have started then. Whoever takes leaves enough for the others. */
  readonly take: (most: number) => readonly T[]
  /** How many could be taken. */
  readonly ready: () => number
  /** Says that a task is over, before `execute` ends: what waits for it may start. */
  readonly over: (task: T) => void
}

export interface Schedule<T extends Task> {
  /** In the order in which they start where nothing else decides. */
  readonly tasks: readonly T[]
  /** Most tasks at work at once. */
  readonly threads: number
  /** Must not reject: a task that fails is over too. The task, and all that it took from `more`, are over when it resolves. */
  readonly execute: (task: T, more: More<T>) => Promise<void>
  /** Asked before each start; once true, nothing new starts. */
  readonly stopped: () => boolean
}

interface Waiting<T> {
  readonly task: T
  left: number
}

/** Tasks by the id of what they wait for, and those that wait for nothing. */
function arrange<T extends Task>(tasks: readonly T[]) {
  const known = new Set(tasks.map((task) => task.id))
  if (known.size !== tasks.length) bug('two tasks of one schedule have the same id')
  const followers = new Map<string, Waiting<T>[]>()
  const ready = createReady<T>()
  for (const task of tasks) {
    const awaited = new Set(task.waitsFor.filter((id) => known.has(id)))
    const waiting = { task, left: awaited.size }
    if (waiting.left === 0) ready.push(task)
    for (const id of awaited) {
      const list = followers.get(id)
      if (list) list.push(waiting)
      else followers.set(id, [waiting])
    }
  }
  return { ready, followers }
}

/**
 * Executes every task once, after all that it waits for, at most `threads` at a time. Resolves when nothing runs any more,
 * with the tasks that were never started because of `stopped`.
 */
export function runSchedule<T extends Task>(schedule: Schedule<T>): Promise<readonly T[]> {
  const { ready, followers } = arrange(schedule.tasks)
  const started = new Set<string>()
  let running = 0
  const ended = new Set<string>()
  return new Promise((resolve, reject) => {
    const end = (task: T): void => {
      if (ended.has(task.id)) return
      ended.add(task.id)
      for (const waiting of followers.get(task.id) ?? []) {
        waiting.left -= 1
        if (waiting.left === 0) ready.push(waiting.task)
      }
    }
    const start = (): T | undefined => {
      const task = schedule.stopped() ? undefined : ready.shift()
      if (task) started.add(task.id)
      return task
    }
    const work = (first: T): void => {
      const mine = [first]
      const more: More<T> = {
        take: (most) => {
          const taken: T[] = []
          while (taken.length < most) {
            const task = start()
            if (!task) break
            taken.push(task)
          }
          mine.push(...taken)
          return taken
        },
        ready: ready.count,
        over: (task) => {
          end(task)
          startMore()
        },
      }
      running += 1
      schedule.execute(first, more).then(() => {
        running -= 1
        mine.forEach(end)
        startMore()
      }, reject)
    }
    const startMore = (): void => {
      while (running < schedule.threads) {
        const task = start()
        if (!task) break
        work(task)
      }
      if (running > 0) return
      const left = schedule.tasks.filter((task) => !started.has(task.id))
      if (left.length > 0 && !schedule.stopped()) reject(new Error(`tasks wait for each other: ${left[0]?.id}`))
      else resolve(left)
    }
    startMore()
  })
}
