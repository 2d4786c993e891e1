import { type Diagnostic, diagnose } from '../diagnostics/index.ts'
import { withoutEffect } from './properties-schema.ts'
import { entriesOf, spanOf, type YamlFile, type YamlNode } from './yaml-node.ts'

/** Notes the keys of a mapping that are accepted and do nothing. */
export function noteEffectless(
  yaml: YamlFile,
  node: YamlNode,
  level: keyof typeof withoutEffect,
  found: Diagnostic[],
): void {
  const keys: readonly string[] = withoutEffect[level]
  for (const entry of entriesOf(node)) {
    if (!keys.includes(entry.key)) continue
    const reason = 'it is accepted so that files written for dbt work'
    found.push(diagnose('key-without-effect', { key: entry.key, reason }, spanOf(yaml.file, entry.keySpan)))
  }
}
