import { type Code, type Diagnostic, neutralise, registry } from '../diagnostics/index.ts'
import { placeOf, wordsOf } from './in-repository.ts'

/** Facts about the command that its diagnostics do not hold. */
export interface SarifRequest {
  readonly version: string
  /** The project's folder in the repository, `''` or `shop/`. */
  readonly root: string
  readonly exitCode: number
}

function rule(code: Code) {
  const { severity, explain } = registry[code]
  return {
    id: code,
    shortDescription: { text: code.replaceAll('-', ' ') },
    fullDescription: { text: explain },
    help: { text: explain, markdown: explain },
    defaultConfiguration: { level: severity },
  }
}

/** The lines of the span, without those that a frame shows around it. */
function snippetOf({ location }: Diagnostic): { text: string } | undefined {
  if (!location?.frame) return undefined
  const from = location.line - (location.firstFrameLine ?? location.line)
  const lines = location.frame.slice(from, from + location.endLine - location.line + 1)
  const text = lines.join('\n')
  return text.length > 2000 ? undefined : { text: neutralise(text) }
}

function result(diagnostic: Diagnostic, root: string, codes: readonly Code[]) {
  const place = placeOf(diagnostic, root)
  const snippet = snippetOf(diagnostic)
  const physicalLocation = place && {
    artifactLocation: { uri: place.path.split('/').map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' },
    region: {
      startLine: place.location.line,
      startColumn: place.location.column,
      endLine: place.location.endLine,
      endColumn: place.location.endColumn,
      ...(snippet ? { snippet } : {}),
    },
  }
  return {
    ruleId: diagnostic.code,
    ruleIndex: codes.indexOf(diagnostic.code),
    level: diagnostic.severity,
    message: { text: neutralise(wordsOf(diagnostic)) },
    locations: physicalLocation ? [{ physicalLocation }] : [],
  }
}

/** Diagnostics as a SARIF 2.1.0 log with one run, for code scanning; only the rules that are met are listed. */
export function sarif(diagnostics: readonly Diagnostic[], { version, root, exitCode }: SarifRequest) {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort()
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'elt', semanticVersion: version, rules: codes.map(rule) } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { '%SRCROOT%': { description: { text: 'the root of the repository' } } },
        invocations: [{ executionSuccessful: exitCode === 0, exitCode }],
        results: diagnostics.map((diagnostic) => result(diagnostic, root, codes)),
      },
    ],
  }
}
