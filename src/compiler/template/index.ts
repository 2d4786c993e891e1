export { type CallArguments, Callable, callable } from './callable.ts'
export { HoleTable } from './holes.ts'
export { type LiteralCall, literalCalls } from './literal-calls.ts'
export { type LibraryMacro, loadMacros, type MacroLibrary, macrosUsed } from './macros.ts'
export { type ParsedTemplate, parseTemplate } from './parse.ts'
export { Printable, type PrintableOptions } from './printable.ts'
export { type Limits, type RenderOptions, renderTemplate } from './render.ts'
export { type Bound, bindArguments, type Parameter } from './signature.ts'
export { fail, locationOf, type Site, TemplateError } from './site.ts'
export {
  Dictionary,
  fromJson,
  isList,
  type Key,
  Namespace,
  type TemplateValue,
  Tuple,
  toJson,
  WholeFloat,
} from './value.ts'
