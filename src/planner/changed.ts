import type { Input, Model } from '../compiler/index.ts'
import type { InputRecord } from '../ledger/index.ts'
import { contentOf, missingOf, placeIn, unseen } from './inputs.ts'
import type { Kept, Reason } from './plan.ts'

const recordOf = (records: readonly InputRecord[], key: string, index: number): InputRecord | undefined =>
  records[index]?.key === key ? records[index] : records.find((record) => record.key === key)

/** Ids of sources have three parts: a layer may be called `source`. Those of seeds' files are paths. */
const isSource = (input: Input): boolean => /^source\..+\.|\//.test(input.upstream)

/**
 * Whether the input holds something new: a greater version, another content. A loss alone is nothing new, nor is what
 * cannot be seen (any more).
 */
function isNew(input: Input, recorded: InputRecord, current: InputRecord): boolean {
  // Versions of different relations cannot be compared: another one is something new.
  if (!isSource(input)) return placeIn(current) !== placeIn(recorded) || current.version > recorded.version
  const content = contentOf(current)
  return content !== unseen && content !== contentOf(recorded)
}

/** The first windowed input of which something that was read is gone: rebuilding would lose rows. */
export function goneInput(
  recorded: readonly InputRecord[],
  current: readonly InputRecord[],
  model: Model,
): Extract<Kept, { kind: 'input-gone' }> | undefined {
  for (const [index, input] of model.inputs.entries()) {
    if (input.kind !== 'window') continue
    const [then, now] = [recordOf(recorded, input.key, index), recordOf(current, input.key, index)]
    const missing = then && now ? missingOf(now) - missingOf(then) : 0
    if (missing > 0) return { kind: 'input-gone', source: input.upstream, missing }
  }
  return undefined
}

/** The first upstream of which all that would be read was dropped by its age: to build without it would be to build from nothing. */
export function retiredInput(
  current: readonly InputRecord[],
  model: Model,
): Extract<Kept, { kind: 'input-gone' }> | undefined {
  for (const [index, input] of model.inputs.entries()) {
    const now = recordOf(current, input.key, index)
    if (input.kind !== 'window' || isSource(input) || input.upstream === model.id) continue
    if (!now || now.published > 0) continue
    const missing = missingOf(now)
    if (missing > 0) return { kind: 'input-gone', source: input.upstream, missing }
  }
  return undefined
}

/** Whether any input, reference edges included, holds something new. */
export function anyInputMoved(
  recorded: readonly InputRecord[],
  current: readonly InputRecord[],
  model: Model,
): boolean {
  return model.inputs.some((input, index) => {
    const [then, now] = [recordOf(recorded, input.key, index), recordOf(current, input.key, index)]
    return then === undefined || now === undefined || isNew(input, then, now)
  })
}

/**
 * Compares what a published partition was built from with what it would read now. A `Reason` builds it; `input-gone`
 * forbids to build it; `older-reference-kept` says that only a reference moved; undefined: nothing moved. An input that the
 * record does not know belongs to other code, which is a matter of its fingerprint.
 */
export function changedInput(
  recorded: readonly InputRecord[],
  current: readonly InputRecord[],
  model: Model,
): Reason | Kept | undefined {
  const gone = goneInput(recorded, current, model)
  if (gone) return gone
  let source: Reason | undefined
  let reference: Kept | undefined
  for (const [index, input] of model.inputs.entries()) {
    const [then, now] = [recordOf(recorded, input.key, index), recordOf(current, input.key, index)]
    if (!then || !now || !isNew(input, then, now)) continue
    if (input.kind === 'reference' && input.onChange === 'keep') {
      reference ??= { kind: 'older-reference-kept', upstream: input.upstream }
    } else if (isSource(input)) {
      source ??= { kind: 'source-changed', source: input.upstream }
    } else {
      return { kind: 'upstream-changed', upstream: input.upstream }
    }
  }
  return source ?? reference
}

/**
 * What an attempt that was refused would read otherwise now. Unlike of published rows, a reference counts too: it may be
 * what the refused rows were wrong by.
 */
export function changedSinceTrial(
  recorded: readonly InputRecord[],
  current: readonly InputRecord[],
  model: Model,
): Reason | undefined {
  const moved = changedInput(recorded, current, model)
  if (moved?.kind === 'upstream-changed' || moved?.kind === 'source-changed') return moved
  return moved?.kind === 'older-reference-kept' ? { kind: 'upstream-changed', upstream: moved.upstream } : undefined
}
