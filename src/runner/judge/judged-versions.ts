import { type Assertion, catalogue } from '../../assertions/index.ts'
import { type InputState, upstreamHead } from '../../planner/index.ts'
import type { Workshop } from '../site/index.ts'

/** Words of an expression whose value is not decided by the rows it reads. */
const unsteady =
  /\b(now|today|current_(date|time|timestamp)|get_current_(time|timestamp)|local(time|timestamp)|transaction_timestamp|age|random|uuid|gen_random_uuid|nextval)\b/i

function readsClock(assertion: Assertion): boolean {
  if (catalogue.get(assertion.type)?.readsClock) return true
  return unsteady.test(JSON.stringify([assertion.arguments, assertion.where, assertion.sql?.pieces]))
}

/**
 * What an assertion judges, as one text: with equal texts it finds the same. Empty where nobody can tell: it reads the clock, or
 * a source whose changes cannot be seen.
 */
export function judgedVersions(
  { models, definitions }: Pick<Workshop, 'models' | 'definitions'>,
  assertion: Assertion,
  state: InputState,
): string {
  const versions = new Map<string, string>()
  const visit = (node: string): void => {
    if (versions.has(node)) return
    versions.set(node, models.has(node) || definitions.has(node) ? upstreamHead(node, state) : 'unseen')
    const model = models.get(node)
    const isStored = model && model.config.materialized !== 'view' && model.config.materialized !== 'ephemeral'
    // A view shows what lies below it, and its own version says only how it was made.
    if (model && !isStored) for (const id of model.dependsOn) visit(id)
  }
  for (const node of [...assertion.reads, ...(assertion.node === undefined ? [] : [assertion.node])]) visit(node)
  const all = [...versions].sort(([a], [b]) => (a < b ? -1 : 1))
  if (readsClock(assertion) || all.some(([, version]) => version.startsWith('unseen'))) return ''
  return all.map(([node, version]) => `${node}@${version}`).join(' ')
}

/** The models that assertions read, also through views: their version counters are wanted. */
export function modelsJudged({ models }: Pick<Workshop, 'models'>, assertions: readonly Assertion[]): Set<string> {
  const found = new Set<string>()
  const visit = (node: string): void => {
    const model = models.get(node)
    if (!model || found.has(node)) return
    found.add(node)
    for (const id of model.config.materialized === 'view' || model.config.materialized === 'ephemeral'
      ? model.dependsOn
      : [])
      visit(id)
  }
  for (const { node, reads } of assertions) for (const id of node === undefined ? reads : [node, ...reads]) visit(id)
  return found
}
