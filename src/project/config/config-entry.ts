import type { z } from 'zod'
import { type Diagnostic, diagnose, nearest } from '../../diagnostics/index.ts'
import { isMapping } from '../mapping.ts'
import type { Json, Located } from '../project.ts'
import { validateValue } from '../validate.ts'
import { configShape, isConfigKey, laterConfig, partitionByMapping } from './config-schema.ts'
import { effectlessConfig } from './effectless.ts'

const materializedLater: ReadonlySet<Json> = new Set(['materialized_view'])

function unknown(key: string, entry: Located<Json>): Diagnostic {
  const reason = Object.hasOwn(effectlessConfig, key) ? effectlessConfig[key] : undefined
  if (reason !== undefined) return diagnose('key-without-effect', { key, reason }, entry.location)
  if (Object.hasOwn(laterConfig, key)) {
    return diagnose('not-yet-supported', { feature: `the setting \`${key}\``, help: laterConfig[key] }, entry.location)
  }
  const valid = Object.keys(configShape)
  return diagnose(
    'unknown-key',
    { key, of: 'the settings of a model', nearest: nearest(key, valid), valid },
    entry.location,
  )
}

/** The checked value of one setting; undefined, after a report, for what cannot be used. */
export function checkConfigEntry(key: string, entry: Located<Json>, found: Diagnostic[]): unknown {
  if (!isConfigKey(key)) {
    found.push(unknown(key, entry))
    return undefined
  }
  const { value, location } = entry
  if (key === 'materialized' && materializedLater.has(value)) {
    found.push(diagnose('not-yet-supported', { feature: `\`materialized: ${value}\`` }, location))
    return undefined
  }
  // A mapping is checked as one, so that its own keys are named instead of the whole alternative.
  const schema: z.ZodType<unknown> = key === 'partition_by' && isMapping(value) ? partitionByMapping : configShape[key]
  return validateValue(schema, value, key, location, found)
}
