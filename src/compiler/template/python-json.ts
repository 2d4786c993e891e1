import type { Meter } from './meter.ts'
import { kindOf, printed } from './print.ts'
import { fail, type Site } from './site.ts'
import { Dictionary, isList, numberOf, type TemplateValue, Tuple } from './value.ts'

export interface JsonStyle {
  readonly indent?: number
  readonly sortKeys: boolean
  /** As Jinja's filter, which makes JSON that can stand in HTML: `<`, `>`, `&` and `'` become `\u003c` and so on. */
  readonly forHtml: boolean
}

const codeOf = (c: string) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`

/** JSON as Python writes it: `", "` and `": "` between, floats with their point, all but ASCII as `\u…`. */
export function pythonJson(value: TemplateValue, style: JsonStyle, meter: Meter, site: Site): string {
  // Printing it first bounds its size, and refuses what is nested too deeply.
  const indent = Math.min(Math.max(style.indent ?? 0, 0), 16)
  meter.text(site, printed(value, meter, site).length * (indent + 1))
  const step = ' '.repeat(indent)
  // Markers of relations stay as they are.
  const text = (part: string) => JSON.stringify(part).replace(/[\u007f-\ud7ff\ud800-\udfff\uf900-\uffff]/g, codeOf)
  const write = (part: TemplateValue, margin: string): string => {
    if (part === null || typeof part === 'boolean') return String(part)
    if (typeof part === 'string') return text(part)
    if (numberOf(part) !== undefined) return printed(part, meter, site)
    const inner = margin + step
    const bracketed = (parts: readonly string[], open: string, close: string) => {
      if (parts.length === 0) return open + close
      return step ? `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${margin}${close}` : open + parts.join(', ') + close
    }
    if (part instanceof Dictionary) {
      const entries = [...part.entries]
      if (style.sortKeys) entries.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))
      return bracketed(
        entries.map(([key, entry]) => `${text(keyText(key))}: ${write(entry, inner)}`),
        '{',
        '}',
      )
    }
    const items = part instanceof Tuple && !part.description ? part.items : isList(part) ? part : undefined
    if (!items) return fail('template-type', { problem: `${kindOf(part)} has no JSON form` }, site)
    return bracketed(
      items.map((item) => write(item, inner)),
      '[',
      ']',
    )
  }
  const json = write(value, '')
  return style.forHtml ? json.replace(/[<>&']/g, codeOf) : json
}

function keyText(key: null | boolean | number | string): string {
  return String(key)
}
