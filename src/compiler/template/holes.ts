import type { Hole, Origin, Piece } from '../../sql/index.ts'
import type { TemplateValue } from './value.ts'

const firstMarker = 0xe000
const lastMarker = 0xf8ff

/** More holes in one template than there are markers. The evaluator turns it into `template-limit` at the call. */
export class TooManyHoles extends Error {
  static readonly limit = lastMarker - firstMarker + 1
  override readonly name = 'TooManyHoles'
}

const markers = /[\ue000-\uf8ff]/

/** Whether a text holds a character that may stand for a hole. */
export function hasMarker(text: string): boolean {
  return markers.test(text)
}

/** The first such character of a text, by its number: `U+E000`. */
export function nameMarker(text: string): string {
  const character = markers.exec(text)?.[0] ?? ''
  return `U+${character.charCodeAt(0).toString(16).toUpperCase()}`
}

/** The holes of one render, each standing in text as one private-use character, which string operations carry along. */
export class HoleTable {
  readonly #holes: Hole[] = []
  readonly #markerOf = new Map<string, string>()

  /** The character that stands for a hole in printed text; the same for equal holes. */
  mark(hole: Hole): string {
    const key = JSON.stringify(hole)
    const known = this.#markerOf.get(key)
    if (known !== undefined) return known
    const marker = this.markOnce(hole)
    this.#markerOf.set(key, marker)
    return marker
  }

  /** The character that stands for a hole which no other one equals. */
  markOnce(hole: Hole): string {
    const code = firstMarker + this.#holes.length
    if (code > lastMarker) throw new TooManyHoles()
    this.#holes.push(hole)
    return String.fromCharCode(code)
  }

  /** Text cut at its markers into pieces of one origin. A character that stands for no hole stays text. */
  split(text: string, origin: Origin): Piece[] {
    const pieces: Piece[] = []
    let from = 0
    for (let at = 0; at < text.length; at++) {
      const hole = this.#holes[text.charCodeAt(at) - firstMarker]
      if (!hole) continue
      if (at > from) pieces.push({ text: text.slice(from, at), origin })
      pieces.push({ hole, origin })
      from = at + 1
    }
    if (from < text.length) pieces.push({ text: text.slice(from), origin })
    return pieces
  }
}

/** Text that a template printed, to be a template itself: its holes become names, and the values that they have. */
export function unmarked(text: string): { readonly text: string; readonly values: ReadonlyMap<string, TemplateValue> } {
  const values = new Map<string, TemplateValue>()
  const named = text.replace(new RegExp(markers, 'g'), (marker) => {
    const name = `elt_printed_${marker.charCodeAt(0).toString(16)}`
    values.set(name, marker)
    return `{{ ${name} }}`
  })
  return { text: named, values }
}
