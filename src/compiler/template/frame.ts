import { nearest, type SourceFile } from '../../diagnostics/index.ts'
import type { Run } from './operation.ts'
import { type Found, type Scope, Undefined } from './scope.ts'
import type { Sink } from './sink.ts'
import { fail, type Site } from './site.ts'
import type { Span, Statement } from './tree.ts'
import type { TemplateValue } from './value.ts'

/** What evaluating needs beyond `Run`: the names that every template sees, and blocks rendered to text. */
export interface RenderRun extends Run {
  /** The value of a name in a file that has no variable of it. */
  readonly global: (name: string, file: SourceFile) => TemplateValue | undefined
  readonly globalNames: () => Iterable<string>
  /** Whether a file of a package sets a variable of this name in some branch of its macros. */
  readonly isSetElsewhere: (name: string, file: SourceFile) => boolean
  /** Why a name that other tools have does not exist here, and what to do instead. */
  readonly absent: (name: string) => string | undefined
  readonly capture: (body: readonly Statement[], frame: Frame) => string
  readonly executeBody: (body: readonly Statement[], frame: Frame, sink: Sink) => void
  /** Names that were set inside a loop, and so ended with it. */
  readonly endedInLoop: Set<string>
}

/** Where something is evaluated: in which file, and with which variables. */
export interface Frame {
  readonly file: SourceFile
  readonly scope: Scope
  readonly run: RenderRun
  /** Takes an error of a statement so that the following ones are run too; absent where the first error ends it. */
  readonly recover?: (error: unknown, statement: Statement) => void
}

export function siteIn(frame: Frame, span: Span): Site {
  return { file: frame.file, start: span.start, end: span.end }
}

/** The value of a name: a variable, else what every template sees. */
export function lookUp(name: string, frame: Frame): Found {
  const local = frame.scope.get(name)
  if (local !== undefined) return local
  const global = frame.run.global(name, frame.file)
  if (global !== undefined) return global
  // Packages come as they are, and were written for templates in which such a variable prints nothing.
  if (frame.run.isSetElsewhere(name, frame.file)) return new Undefined(() => '')
  return new Undefined((site) => undefinedName(name, frame, site))
}

function undefinedName(name: string, frame: Frame, site: Site): never {
  const help = frame.run.absent(name)
  if (help) return fail('template-unsupported', { construct: `\`${name}\``, help }, site)
  if (name === 'null') return fail('undefined-name', { name, note: 'the value of nothing is `none`' }, site)
  const note = frame.run.endedInLoop.has(name)
    ? `\`${name}\` is set inside a loop, and ends with each turn of it; use \`namespace()\` to hand a value out`
    : undefined
  const candidates = [...frame.scope.names(), ...frame.run.globalNames()]
  return fail('undefined-name', { name, nearest: nearest(name, candidates), note }, site)
}
