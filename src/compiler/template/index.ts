export { HoleTable } from './holes.ts'
export { fromJson, toJson } from './json.ts'
export { type LiteralCall, literalCalls } from './literal-calls.ts'
export { type LibraryMacro, loadMacros, type MacroLibrary, macrosUsed } from './macros.ts'
export type { Limits } from './meter.ts'
export { type ParsedTemplate, parseTemplate } from './parse.ts'
export { type RenderOptions, renderTemplate } from './render.ts'
export { type Bound, bindArguments, type Parameter } from './signature.ts'
export { fail, locationOf, type Site, TemplateError } from './site.ts'
export {
  type CallArguments,
  Callable,
  callable,
  Dictionary,
  isList,
  type Key,
  Namespace,
  Printable,
  type PrintableOptions,
  type TemplateValue,
  Tuple,
  WholeFloat,
} from './value.ts'
