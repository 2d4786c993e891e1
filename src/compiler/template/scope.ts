import type { Site } from './site.ts'
import type { TemplateValue } from './value.ts'

/** What a name or member without a value stands for. Only `is defined` and `default` accept it; any other use raises. */
export class Undefined {
  /** Fails, or gives what stands in for the value where that is allowed. */
  readonly raise: (site: Site) => TemplateValue

  constructor(raise: (site: Site) => TemplateValue) {
    this.raise = raise
  }
}

/** Thrown when something uses what an earlier, already reported error left without a value: never shown. */
export class Poisoned extends Error {
  override readonly name = 'Poisoned'
}

/** A variable that an already reported error left without a value. */
export class Poison extends Undefined {
  constructor() {
    super(() => {
      throw new Poisoned()
    })
  }
}

export type Found = TemplateValue | Undefined

/** Variables of a template, a macro call, or one turn of a loop; assignments stay in their own scope. */
export class Scope {
  readonly #parent: Scope | undefined
  readonly #variables = new Map<string, Found>()

  constructor(parent?: Scope) {
    this.#parent = parent
  }

  get(name: string): Found | undefined {
    const own = this.#variables.get(name)
    return own === undefined ? this.#parent?.get(name) : own
  }

  set(name: string, value: Found): void {
    this.#variables.set(name, value)
  }

  /** Names of this scope alone. */
  ownNames(): string[] {
    return [...this.#variables.keys()]
  }

  /** Names visible here. */
  names(): string[] {
    return [...this.ownNames(), ...(this.#parent?.names() ?? [])]
  }
}
