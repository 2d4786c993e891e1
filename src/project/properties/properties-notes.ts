import { type Diagnostic, diagnose } from '../../diagnostics/index.ts'
import { effectlessProperties } from '../config/index.ts'
import { entriesOf, spanOf, type YamlFile, type YamlNode } from '../yaml/index.ts'

/** Notes the keys of a mapping that are accepted and do nothing, with what to do instead. */
export function noteEffectless(
  yaml: YamlFile,
  node: YamlNode,
  level: keyof typeof effectlessProperties,
  found: Diagnostic[],
): void {
  const keys: Readonly<Record<string, string>> = effectlessProperties[level]
  for (const { key, keySpan } of entriesOf(node)) {
    const reason = Object.hasOwn(keys, key) ? keys[key] : undefined
    if (reason !== undefined) found.push(diagnose('key-without-effect', { key, reason }, spanOf(yaml.file, keySpan)))
  }
}
