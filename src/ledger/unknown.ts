import { setTimeout as sleep } from 'node:timers/promises'
import type { Session } from '../adapters/contract.ts'
import { diagnose, Failure } from '../diagnostics/index.ts'
import type { Claim } from './ledger.ts'

/** Waits between questions, in milliseconds: about as long as a lease lasts, a server may start again meanwhile. */
const pauses = [50, 200, 500, 1000, 2000, 3000, 5000, 5000, 8000]

/**
 * Learns how a transaction ended whose answer was lost: `ask` reconnects and reads. Nothing is tried again blindly: while nobody
 * answers, and where what is asked fails in a way that does not pass, the outcome is neither success nor failure, and rejects
 * with `Failure` (`publication-unknown`).
 */
export async function outcomeOf<T>(
  ask: () => Promise<T>,
  claims: readonly Claim[],
  explainError: Session['explainError'],
): Promise<T> {
  for (const milliseconds of [...pauses, undefined]) {
    try {
      return await ask()
    } catch (error) {
      if (isAnswer(error)) throw error
      if (milliseconds === undefined || !passes(error, explainError)) break
      await sleep(milliseconds)
    }
  }
  const nodes = [...new Set(claims.map(({ node }) => node))]
  throw new Failure(...nodes.map((node) => diagnose('publication-unknown', { node })))
}

/** Whether the same may be answered later. */
function passes(error: unknown, explainError: Session['explainError']): boolean {
  if (error instanceof Failure) return true
  const { kind } = explainError(error)
  return kind === 'connection' || kind === 'transient'
}

/** A refusal, such as a lost fence, is no lack of an answer. */
function isAnswer(error: unknown): boolean {
  return error instanceof Failure && error.diagnostics.some(({ code }) => code !== 'ledger-gave-up')
}
