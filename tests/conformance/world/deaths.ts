import type { Adapter, Session } from '../../../src/adapters/contract.ts'
import type { Ran } from '../../../src/cli/testing.ts'
import { mortal } from '../../../src/runner/mortal.fixture.ts'
import type { Project } from '../project.fixture.ts'

/** Commands that end in the middle: their process dies at a statement, or somebody interrupts them there. */

/** Counts the points that a run passes, before and after everything that it sends, and does something at one of them. */
class Counted {
  private passed = 0

  constructor(
    private readonly at: number,
    private readonly act: () => void,
  ) {}

  get count(): number {
    return this.passed
  }

  set count(value: number) {
    this.passed = value
    if (value === this.at) this.act()
  }
}

/** Lets every session that is opened meanwhile be another. */
async function opening<T>(adapter: Adapter, as: (session: Session) => Session, work: () => Promise<T>): Promise<T> {
  const { connect } = adapter
  Object.assign(adapter, { connect: async (request: Parameters<typeof connect>[0]) => as(await connect(request)) })
  return work().finally(() => Object.assign(adapter, { connect }))
}

/** The clock goes on: leases of runs that died end after a minute. */
export const age = `update elt.runs set started_at = started_at - interval '10 minutes', heartbeat_at = heartbeat_at - interval '10 minutes' where status = 'running'`

/** From the n-th point on, nothing that the command sends reaches the engine. */
export async function dying(adapter: Adapter, project: Project, at: number, words: readonly string[]): Promise<Ran> {
  const points = { count: 0 }
  const ran = await opening(
    adapter,
    (session) => mortal(session, at, points),
    () => project.elt(...words),
  )
  // There is no ledger yet where the first run died early.
  await project.query(age).catch(() => undefined)
  return ran
}

/** At the n-th point somebody presses Ctrl-C. */
export function interrupted(adapter: Adapter, project: Project, at: number, words: readonly string[]): Promise<Ran> {
  const abort = new AbortController()
  const points = new Counted(at, () => abort.abort())
  return opening(
    adapter,
    (session) => mortal(session, Number.POSITIVE_INFINITY, points),
    () => project.eltUntil(abort.signal, ...words),
  )
}
