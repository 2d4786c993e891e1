import { fail, type Site } from './site.ts'

/** Bounds of one render; beyond them is the diagnostic `template-limit`. */
export interface Limits {
  /** Loop turns, calls, and elements touched by filters and comparisons. Default 1,000,000. */
  readonly steps: number
  /** Characters of output, and of any one text on the way. Default 10,000,000. */
  readonly characters: number
  /** Macro calls within macro calls. Default 100. */
  readonly depth: number
}

const defaults: Limits = { steps: 1_000_000, characters: 10_000_000, depth: 100 }
const shown = (limit: number, unit: string) => `${limit.toLocaleString('en-US')} ${unit}`

/** Counts what one render uses, so that every template ends. */
export class Meter {
  readonly limits: Limits
  #steps = 0
  #output = 0
  #depth = 0

  constructor(limits: Partial<Limits> = {}) {
    this.limits = { ...defaults, ...limits }
  }

  /** Takes steps; for work on `count` elements, before it is done. */
  step(site: Site, count = 1): void {
    this.#steps += count
    if (this.#steps <= this.limits.steps) return
    fail('template-limit', { what: 'the template takes too long', limit: shown(this.limits.steps, 'steps') }, site)
  }

  /** Asks for a text of a length, before it is made. Making it is as much work as its length tells. */
  text(site: Site, length: number): void {
    if (length > this.limits.characters) {
      fail('template-limit', { what: 'a text gets too long', limit: shown(this.limits.characters, 'characters') }, site)
    }
    this.step(site, length >> 8)
  }

  output(site: Site, length: number): void {
    this.#output += length
    if (this.#output <= this.limits.characters) return
    fail(
      'template-limit',
      { what: 'the output gets too long', limit: shown(this.limits.characters, 'characters') },
      site,
    )
  }

  enter(site: Site, macro: string): void {
    this.step(site)
    if (++this.#depth <= this.limits.depth) return
    const what = `calls are nested too deeply at \`${macro}\``
    fail(
      'template-limit',
      { what, limit: shown(this.limits.depth, 'calls'), help: 'end the recursion with `if`' },
      site,
    )
  }

  leave(): void {
    this.#depth--
  }
}
