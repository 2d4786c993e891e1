import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runSchedule, type Task } from './site/index.ts'

/** An acyclic set of tasks: each may wait for any that stand before it. */
const taskSets = fc.array(fc.array(fc.nat(40), { maxLength: 4 }), { maxLength: 40 }).map((waits): Task[] =>
  waits.map((before, index) => ({
    id: `t${index}`,
    waitsFor: index === 0 ? [] : before.map((offset) => `t${offset % index}`),
  })),
)

/** Runs tasks that end in the order that `choose` picks among those at work, and keeps a diary. */
async function record(
  tasks: readonly Task[],
  threads: number,
  choose: (running: number) => number,
  stopAfter = Number.POSITIVE_INFINITY,
) {
  const started: string[] = []
  const ended = new Set<string>()
  const violations: string[] = []
  const running: { task: Task; end: () => void }[] = []
  let most = 0
  const done = runSchedule({
    tasks,
    threads,
    stopped: () => ended.size >= stopAfter,
    execute: (task) => {
      started.push(task.id)
      if (task.waitsFor.some((id) => !ended.has(id))) violations.push(task.id)
      return new Promise<void>((resolve) => {
        running.push({ task, end: resolve })
        most = Math.max(most, running.length)
      })
    },
  })
  for (let idle = 0; idle < 3; ) {
    const next = running.splice(choose(running.length), 1)[0]
    if (next) {
      ended.add(next.task.id)
      next.end()
    }
    idle = next ? 0 : idle + 1
    await new Promise(setImmediate)
  }
  return { left: await done, started, violations, most }
}

describe('the schedule', () => {
  it('executes each task once, after what it waits for, with at most so many at work', async () => {
    await fc.assert(
      fc.asyncProperty(
        taskSets,
        fc.integer({ min: 1, max: 6 }),
        fc.infiniteStream(fc.nat()),
        async (tasks, threads, picks) => {
          const pick = picks[Symbol.iterator]()
          const diary = await record(tasks, threads, (running) =>
            running === 0 ? 0 : (pick.next().value ?? 0) % running,
          )
          expect(diary.violations).toEqual([])
          expect([...diary.started].sort()).toEqual(tasks.map((task) => task.id).sort())
          expect(diary.most).toBeLessThanOrEqual(threads)
          expect(diary.left).toEqual([])
        },
      ),
      { numRuns: 60 },
    )
  })

  it('keeps every thread at work while enough tasks are ready', async () => {
    const tasks = Array.from({ length: 12 }, (_, i) => ({ id: `t${i}`, waitsFor: [] }))
    expect((await record(tasks, 4, () => 0)).most).toBe(4)
  })

  it('starts ready tasks in the order given', async () => {
    const tasks = ['a', 'b', 'c', 'd'].map((id) => ({ id, waitsFor: id === 'a' ? ['d'] : [] }))
    expect((await record(tasks, 1, () => 0)).started).toEqual(['b', 'c', 'd', 'a'])
  })

  it('carries on what was begun before it begins more', async () => {
    const wide = Array.from({ length: 4 }, (_, i) => ({ id: `a${i}`, waitsFor: [], depth: 0 }))
    const readers = wide.map(({ id }, i) => ({ id: `b${i}`, waitsFor: [id], depth: 1 }))
    const { started } = await record([...wide, ...readers], 1, () => 0)
    expect(started).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2', 'a3', 'b3'])
  })

  it('starts nothing new once stopped, and names what was left', async () => {
    const tasks = Array.from({ length: 6 }, (_, i) => ({ id: `t${i}`, waitsFor: i === 0 ? [] : [`t${i - 1}`] }))
    const diary = await record(tasks, 2, () => 0, 3)
    expect(diary.started).toEqual(['t0', 't1', 't2'])
    expect(diary.left.map((task) => task.id)).toEqual(['t3', 't4', 't5'])
  })

  it('takes what is not scheduled as over', async () => {
    expect((await record([{ id: 'a', waitsFor: ['elsewhere'] }], 1, () => 0)).started).toEqual(['a'])
  })

  it('rejects tasks that wait for each other instead of hanging', async () => {
    const tasks = [
      { id: 'a', waitsFor: ['b'] },
      { id: 'b', waitsFor: ['a'] },
    ]
    const schedule = { tasks, threads: 1, stopped: () => false, execute: () => Promise.resolve() }
    await expect(runSchedule(schedule)).rejects.toThrow('tasks wait for each other')
  })

  it('schedules 20,000 tasks in a chain without overflowing', async () => {
    const tasks = Array.from({ length: 20_000 }, (_, i) => ({ id: `t${i}`, waitsFor: i === 0 ? [] : [`t${i - 1}`] }))
    let count = 0
    const execute = async (): Promise<void> => {
      count += 1
    }
    await runSchedule({ tasks, threads: 3, stopped: () => false, execute })
    expect(count).toBe(20_000)
  })

  it('hands over what is ready to who asks for more, and starts what waits for a part of it', async () => {
    const tasks = [
      ...Array.from({ length: 5 }, (_, i) => ({ id: `t${i}`, waitsFor: [] })),
      { id: 'reader', waitsFor: ['t3'] },
    ]
    const diary: string[] = []
    await runSchedule<Task>({
      tasks,
      threads: 2,
      stopped: () => false,
      execute: async (first, more) => {
        const group = [first, ...more.take(2)]
        diary.push(group.map(({ id }) => id).join(' '))
        for (const task of group) more.over(task)
        await Promise.resolve()
        diary.push(`end of ${first.id}`)
      },
    })
    // The reader of t3 starts when t3 is over, although what was taken with it is still at work.
    expect(diary.slice(0, 2)).toEqual(['t0 t1 t2', 't3 t4'])
    expect(diary.filter((line) => line === 'reader')).toHaveLength(1)
    expect(diary.indexOf('reader')).toBeGreaterThan(diary.indexOf('end of t0'))
  })
})
