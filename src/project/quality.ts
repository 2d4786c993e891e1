import { type Diagnostic, diagnose } from '../diagnostics/index.ts'
import { type Age, parseAge } from './duration.ts'
import type { QualityKept } from './project.ts'
import { childOf, spanOf, toJson, type YamlFile } from './yaml/index.ts'

const usual: QualityKept = { failures: { count: 90, unit: 'day' }, results: { count: 2, unit: 'year' } }

function ageOf(yaml: YamlFile, key: 'keep_failures' | 'keep_results', otherwise: Age, found: Diagnostic[]): Age {
  const node = childOf(childOf(yaml.root, 'quality'), key)
  if (!node) return otherwise
  const text = toJson(node)
  // What is no text is reported with the form of the file.
  if (typeof text !== 'string') return otherwise
  const age = parseAge(text)
  const wrong = { key, expected: 'a time such as 90 days', found: JSON.stringify(text) }
  if (!age) found.push(diagnose('wrong-value', wrong, spanOf(yaml.file, node)))
  return age ?? otherwise
}

/** How long project.yml has the ledger keep what assertions found. */
export function readQuality(yaml: YamlFile, found: Diagnostic[]): QualityKept {
  return {
    failures: ageOf(yaml, 'keep_failures', usual.failures, found),
    results: ageOf(yaml, 'keep_results', usual.results, found),
  }
}
