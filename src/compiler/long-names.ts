import { type Diagnostic, diagnose, locate, type SourceFile } from '../diagnostics/index.ts'
import { outline, placeAt, type SqlText } from '../sql/index.ts'

/** Texts in which a name may be too long: most have none, and are not read token by token. */
function suspect(limit: number): RegExp {
  return new RegExp(`[\\w$]{${limit + 1},}|"[^"]{${Math.ceil((limit + 1) / 4)},}"|[^\\x00-\\x7f]`)
}

const unquoted = (name: string): string => (/^["`]/.test(name) ? name.slice(1, -1).replaceAll('""', '"') : name)

/** Names in a rendered text that the engine would cut: each once, where it is written first. */
export function longNames(text: SqlText, file: SourceFile, limit: number): Diagnostic[] {
  const pattern = suspect(limit)
  if (!text.pieces.some((piece) => 'text' in piece && pattern.test(piece.text))) return []
  const lines = outline(text)
  const found = new Map<string, Diagnostic>()
  for (const { kind, start, end } of lines.tokens) {
    if (kind !== 'word' && kind !== 'quoted-identifier') continue
    const name = unquoted(lines.text.slice(start, end))
    const length = new TextEncoder().encode(name).length
    if (length <= limit || found.has(name)) continue
    const place = placeAt(lines, start, end)
    const location = place?.path === file.path ? locate(file, place.start, place.end) : locate(file, 0, 0)
    found.set(name, diagnose('name-cut', { name, length, limit }, location))
  }
  return [...found.values()]
}
