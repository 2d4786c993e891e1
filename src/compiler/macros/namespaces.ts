import { type CallArguments, Callable, fail, Printable, type TemplateValue } from '../template/index.ts'
import { absentMacros } from './absent-macros.ts'
import { builtinMacros, isNamespace } from './catalogue.ts'
import type { BuiltinMacro } from './macro.ts'
import { MacroCall, type MacroHost } from './macro-call.ts'
import type { Namespace } from './shape.ts'

/** The macro that a project has in the place of a built-in one: `<engine>__name`, or `default__name`. */
export type OwnMacro = (namespace: Namespace, name: string) => Callable | undefined

/** Told of each built-in macro that is called. */
export type Told = (macro: BuiltinMacro) => void

/** The built-in macros as one template sees them. */
export class Namespaces {
  readonly #host: Omit<MacroHost, 'invoke'>
  readonly #own: OwnMacro
  readonly #told: Told
  readonly #made = new Map<Namespace, Printable>()

  constructor(host: Omit<MacroHost, 'invoke'>, own: OwnMacro, told: Told) {
    this.#host = host
    this.#own = own
    this.#told = told
  }

  /** `dbt` or `dbt_utils`, as a template reads its members. */
  get(name: string): Printable | undefined {
    if (!isNamespace(name)) return undefined
    const made = this.#made.get(name) ?? this.#make(name)
    this.#made.set(name, made)
    return made
  }

  #make(namespace: Namespace): Printable {
    const members = new Map<string, TemplateValue>()
    for (const [name, help] of absentMacros[namespace]) members.set(name, absent(namespace, name, help))
    if (namespace === 'dbt_utils') {
      // They belonged to it once, and many projects still look for them there.
      for (const name of builtinMacros.dbt.keys())
        members.set(name, absent(namespace, name, `write \`dbt.${name}(…)\``))
    }
    for (const [name, macro] of builtinMacros[namespace]) {
      members.set(name, new Callable(`${namespace}.${name}`, (call) => this.#call(macro, call)))
      members.set(`default__${name}`, new Callable(`${namespace}.default__${name}`, (call) => this.#run(macro, call)))
    }
    return new Printable({ description: `the built-in namespace \`${namespace}\``, members })
  }

  #call(macro: BuiltinMacro, call: CallArguments): TemplateValue {
    return this.#own(macro.namespace, macro.name)?.call(call) ?? this.#run(macro, call)
  }

  #run(macro: BuiltinMacro, call: CallArguments): TemplateValue {
    this.#told(macro)
    const invoke: MacroHost['invoke'] = (namespace, name, inner) => {
      const found = builtinMacros[namespace].get(name)
      return found ? this.#call(found, inner) : fail('undefined-name', { name: `${namespace}.${name}` }, inner.site)
    }
    return macro.run(new MacroCall(macro, call, { ...this.#host, invoke }))
  }
}

function absent(namespace: Namespace, name: string, help: string): Callable {
  const construct = `\`${namespace}.${name}\``
  return new Callable(`${namespace}.${name}`, ({ site }) => fail('template-unsupported', { construct, help }, site))
}
