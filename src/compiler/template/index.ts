export { HoleTable, unmarked } from './holes.ts'
export { fromJson, toJson } from './json.ts'
export { allLiteralCalls, type LiteralCall, literalOutputs, literalParts } from './literal-calls.ts'
export {
  type LibraryMacro,
  loadMacros,
  type MacroLibrary,
  type MacroSignature,
  macroIn,
  macrosUsed,
  macrosUsedBy,
  type Ownership,
  packageOf,
  signatureOf,
} from './macros.ts'
export type { Limits } from './meter.ts'
export { type ParsedTemplate, parseTemplate } from './parse.ts'
export { type Globals, type RenderOptions, renderTemplate } from './render.ts'
export { type Bound, bindArguments, type Parameter } from './signature.ts'
export { fail, locationOf, type Site } from './site.ts'
export { testPrefix } from './template-parser.ts'
export {
  type CallArguments,
  Callable,
  Dictionary,
  type Key,
  Printable,
  type PrintableOptions,
  type TemplateValue,
  Tuple,
} from './value.ts'
export { mentionedNames } from './walk.ts'
