import { z } from 'zod'
import type { Kept, Plan, Reason, Step } from '../../planner/index.ts'

/** The form of plans that this version writes and reads. */
const planVersion = 1

const count = z.int().nonnegative()
const window = z
  .object({ start: z.int(), end: z.int() })
  .describe('Partitions from start to end, the end exclusive: hours, days, months or years since 1970-01-01')

/** One object for each kind; a kind without its form does not compile. */
function kinds<K extends string>(forms: { readonly [kind in K]: z.ZodRawShape }) {
  const [first, ...others] = Object.entries<z.ZodRawShape>(forms).map(([kind, shape]) =>
    z.object({ kind: z.literal(kind), ...shape }),
  )
  return z.discriminatedUnion('kind', first ? [first, ...others] : [z.object({ kind: z.literal('') })])
}

const ofUpstream = { upstream: z.string() }
const failure = { status: z.string(), message: z.string() }

const reason = kinds<Reason['kind']>({
  requested: { by: z.enum(['--force', '--full-refresh']) },
  'relation-missing': {},
  'previous-failed': failure,
  'never-built': {},
  partial: {},
  'upstream-changed': ofUpstream,
  'source-changed': { source: z.string() },
  'code-changed': { builtTo: z.number() },
  'columns-changed': ofUpstream,
  polls: { because: z.enum(['open', 'lookback', 'unpartitioned']) },
}).describe('Why it is built')

const kept = kinds<Kept['kind']>({
  'up-to-date': {},
  waiting: {},
  stuck: { days: z.number() },
  'still-failing': failure,
  'blocked-by': { ...ofUpstream, failed: z.boolean() },
  'input-gone': { source: z.string(), missing: count },
  'not-selected': {},
  'older-code-kept': {},
  'append-only': { because: z.string() },
  'older-reference-kept': ofUpstream,
}).describe('Why it is not built')

const certainty = z
  .enum(['certain', 'if-changed'])
  .describe('if-changed: cut, just before it starts, to the partitions whose inputs really changed')

const batch = z.object({
  id: z.string(),
  model: z.string(),
  window: window.optional(),
  parts: z.array(z.object({ window: window.optional(), reason, certainty })).min(1),
  text: z.enum(['first', 'incremental']).optional().describe('Of a model with two texts: the one that is sent'),
  waitsFor: z.array(z.string()).describe('Batches that are over before this one starts'),
})

const step = z.object({
  model: z.string(),
  kind: z.enum(['view', 'table', 'partitions']),
  refresh: z.literal(true).optional().describe('Built from nothing, beside what is published, which it then replaces'),
  batches: z.array(batch).min(1),
} satisfies { readonly [key in keyof Required<Step>]: z.ZodType })

/** Batches are of the model of their step, and wait for batches that stand before them: nothing can wait for ever. */
function checkOrder(steps: readonly z.infer<typeof step>[], found: z.RefinementCtx): void {
  const before = new Set<string>()
  const report = (path: PropertyKey[], message: string) => found.addIssue({ code: 'custom', path, message })
  steps.forEach(({ model, batches }, i) => {
    batches.forEach((one, j) => {
      const unknown = one.waitsFor.findIndex((id) => !before.has(id))
      if (one.model !== model) report([i, 'batches', j, 'model'], `a batch of ${model} belongs here`)
      if (before.has(one.id)) report([i, 'batches', j, 'id'], 'another batch has this name')
      if (unknown >= 0) report([i, 'batches', j, 'waitsFor', unknown], 'no batch of this name stands before')
      before.add(one.id)
    })
  })
}

/** A path inside the project: a plan is a file, which anybody may have written. */
const insidePath = z
  .string()
  .refine((path) => !path.startsWith('/') && !path.split(/[/\\]/).includes('..') && !path.includes('\0'), {
    error: 'a path inside the project',
  })

const file = z.object({
  path: insidePath,
  size: count,
  modified: z.number(),
  hash: z.string(),
  ordinal: z.int().optional(),
  gone: z.boolean(),
})

const source = z.object({
  source: z.string(),
  files: z.array(file).describe('What statements read: these files, and no others'),
  hull: window.optional(),
  since: z.string().optional(),
})

export const planSchema = z.object({
  version: z.literal(planVersion),
  project: z.string(),
  target: z.string(),
  timeZone: z.string(),
  now: z.number().describe('The planner’s clock: UTC, milliseconds since 1970'),
  models: z.array(z.string()).describe('What was looked at'),
  fingerprints: z
    .record(z.string(), z.string())
    .describe('The code of what was looked at: with other code, the plan is stale'),
  versions: z
    .record(z.string(), count)
    .describe('The rows of what was looked at, and of what it reads: with other rows, the plan is stale'),
  due: z.record(z.string(), window),
  sources: z.array(source),
  steps: z.array(step).superRefine(checkOrder),
  kept: z.array(z.object({ model: z.string(), window: window.optional(), why: kept })),
  heads: z
    .record(z.string(), z.record(z.string(), z.string()))
    .describe('What each model is recorded as complete with, when everything of it succeeds'),
  deferred: z
    .object({
      target: z.string(),
      models: z.record(z.string(), z.object({ schema: z.string(), name: z.string() })),
      unseen: z.array(z.string()),
    })
    .optional()
    .describe('What is read of another target: elsewhere, the plan is stale'),
  pendingHooks: z.array(z.string()).optional(),
  attach: z.array(z.string()).optional(),
} satisfies { readonly [key in keyof Required<Plan>]: z.ZodType })

/** The JSON Schema of a plan, for those who read it. */
export function planJsonSchema(): object {
  return z.toJSONSchema(planSchema)
}
