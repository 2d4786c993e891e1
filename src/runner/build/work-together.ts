import { bug } from '../../diagnostics/index.ts'
import type { AttemptStart } from '../../ledger/index.ts'
import { publishAll } from '../publish/index.ts'
import {
  type BuildSite,
  isUnknown,
  type LastingConnection,
  type Made,
  type MakeRequest,
  type PublishRequest,
  type PublishResult,
  retrying,
  type Site,
} from '../site/index.ts'
import { makeTables } from './make-tables.ts'

/** Somebody who waits for an answer. */
interface Waiting<Request, Answer> {
  readonly request: Request
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

type Answered<Answer> = { readonly answer: Answer } | { readonly error: unknown }

/** Counts who is at work, and tells when nobody is. */
function createCrew(size: number) {
  let busy = size
  let wake: (() => void) | undefined
  return {
    enter: (count: number): void => {
      busy += count
    },
    leave: (): void => {
      busy -= 1
      if (busy === 0) wake?.()
    },
    /** Resolves when everybody waits or is done. */
    idle: (): Promise<void> =>
      new Promise((resolve) => {
        wake = resolve
        if (busy === 0) resolve()
      }),
  }
}

type Crew = ReturnType<typeof createCrew>

/** A place where requests gather until nobody is at work; then `answer` settles them all. */
function createCounter<Request, Answer>(
  crew: Crew,
  answer: (requests: readonly Request[]) => Promise<readonly Answered<Answer>[]>,
) {
  let waiting: Waiting<Request, Answer>[] = []
  return {
    hand: (request: Request): Promise<Answer> =>
      new Promise((resolve, reject) => {
        waiting.push({ request, resolve, reject })
        crew.leave()
      }),
    isEmpty: (): boolean => waiting.length === 0,
    serve: async (): Promise<void> => {
      const served = waiting
      waiting = []
      const answers = await answer(served.map(({ request }) => request))
      crew.enter(served.length)
      served.forEach(({ resolve, reject }, index) => {
        const answered = answers[index] ?? bug('a request without an answer')
        if ('error' in answered) reject(answered.error)
        else resolve(answered.answer)
      })
    },
  }
}

/** All attempts in one statement; none, or all of them, are written. */
async function writeAttempts(site: BuildSite, attempts: readonly AttemptStart[]): Promise<Answered<number>[]> {
  try {
    const numbers = await retrying(site, () => site.ledger.startAttempts(attempts))
    return numbers.map((answer) => ({ answer }))
  } catch (error) {
    return attempts.map(() => ({ error }))
  }
}

/** Everything in one transaction; when that fails, one after the other, so that only what is at fault fails. */
async function publishTogether(
  site: BuildSite,
  requests: readonly PublishRequest[],
): Promise<readonly Answered<PublishResult>[]> {
  try {
    return (await publishAll(site, requests)).map((answer) => ({ answer }))
  } catch (error) {
    // What may have been published is not published once more.
    if (requests.length === 1 || isUnknown(error)) return requests.map(() => ({ error }))
  }
  const alone: Answered<PublishResult>[] = []
  for (const request of requests) alone.push(...(await publishTogether(site, [request])))
  return alone
}

/**
 * Several tables in one transaction. One by itself is staged: who knows how long it takes, and what stands in line behind it. So
 * are all of them when one is at fault.
 */
async function makeTogether(
  site: BuildSite,
  requests: readonly MakeRequest[],
): Promise<readonly Answered<Made | undefined>[]> {
  const staged = requests.map(() => ({ answer: undefined }))
  if (requests.length === 1) return staged
  try {
    const made = await makeTables(site, requests)
    return made ? made.map((answer) => ({ answer })) : staged
  } catch (error) {
    // What may have been published is not published once more.
    return isUnknown(error) ? requests.map(() => ({ error })) : staged
  }
}

/** What a group took beside its own work, in milliseconds. */
export interface GroupCost {
  /** Waiting until others had published. */
  readonly waited: number
  /** Writing its attempts down: one statement and its commit. */
  readonly attempts: number
}

/** Notes what a group takes beside its own work. */
function metered({ publications, clock }: Site) {
  const cost = { waited: 0, attempts: 0 }
  const of: Site['publications']['of'] = (nodes) => (work) => {
    const asked = clock.now()
    return publications.of(nodes)(() => {
      cost.waited += clock.now() - asked
      return work()
    })
  }
  const writing = async <T>(write: () => Promise<T>): Promise<T> => {
    const began = clock.now()
    const written = await write()
    cost.attempts = Math.max(cost.attempts, clock.now() - began)
    return written
  }
  return { cost, queues: { of }, writing }
}

/** Does the works side by side at a desk of their own. They must not reject. */
export async function workTogether(
  site: Site,
  connection: LastingConnection,
  works: readonly ((site: BuildSite) => Promise<void>)[],
): Promise<GroupCost> {
  const crew = createCrew(works.length)
  const { cost, queues, writing } = metered(site)
  const attempts = createCounter<AttemptStart, number>(crew, (some) => writing(() => writeAttempts(mine, some)))
  const publications = createCounter<PublishRequest, PublishResult>(crew, (requests) => publishTogether(mine, requests))
  const tables = createCounter<MakeRequest, Made | undefined>(crew, (requests) => makeTogether(mine, requests))
  const desk = { connection, startAttempt: attempts.hand, make: tables.hand, publish: publications.hand }
  const mine: BuildSite = { ...site, publications: queues, desk }
  const done = Promise.all(works.map((work) => work(mine).finally(crew.leave)))
  for (;;) {
    await crew.idle()
    if (!attempts.isEmpty()) await attempts.serve()
    else if (!tables.isEmpty()) await tables.serve()
    else if (!publications.isEmpty()) await publications.serve()
    else break
  }
  await done
  return cost
}
