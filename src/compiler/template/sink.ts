import type { Origin } from '../../sql/index.ts'

/** A part of rendered text; it may hold markers. */
export interface Part {
  readonly text: string
  readonly origin: Origin
}

/** Collects rendered text with its origins. */
export class Sink {
  readonly parts: Part[] = []

  write(text: string, origin: Origin): void {
    if (text !== '') this.parts.push({ text, origin })
  }

  toText(): string {
    return this.parts.map((part) => part.text).join('')
  }
}
