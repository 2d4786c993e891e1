import { type Diagnostic, renderDiagnostic, type SourceFile, sortDiagnostics } from '../../diagnostics/index.ts'
import type { Piece } from '../../sql/index.ts'
import { HoleTable } from './holes.ts'
import { loadMacros } from './macros.ts'
import type { Limits } from './meter.ts'
import { parseTemplate } from './parse.ts'
import { renderTemplate } from './render.ts'
import type { TemplateValue } from './value.ts'

export interface Setting {
  readonly macros?: string
  readonly globals?: Readonly<Record<string, TemplateValue>>
  readonly holes?: HoleTable
  readonly limits?: Partial<Limits>
}

export interface Outcome {
  readonly pieces: readonly Piece[] | undefined
  readonly diagnostics: readonly Diagnostic[]
}

export const modelFile = (text: string): SourceFile => ({ path: 'models/analytics/a.sql', text })
export const macroFile = (text: string): SourceFile => ({ path: 'macros/m.sql', text })

/** Parses and renders a template, with the macros of one file. */
export function attempt(text: string, setting: Setting = {}): Outcome {
  const library = loadMacros(setting.macros === undefined ? [] : [macroFile(setting.macros)])
  const template = parseTemplate(modelFile(text))
  if (!library.value || !template.value) {
    return { pieces: undefined, diagnostics: [...library.diagnostics, ...template.diagnostics] }
  }
  const rendered = renderTemplate(template.value, {
    globals: new Map(Object.entries(setting.globals ?? {})),
    macros: library.value,
    holes: setting.holes ?? new HoleTable(),
    ...(setting.limits ? { limits: setting.limits } : {}),
  })
  return { pieces: rendered.value?.pieces, diagnostics: rendered.diagnostics }
}

/** What a template prints, holes as their JSON; or its diagnostics as the terminal shows them. */
export function shown(text: string, setting: Setting = {}): string {
  const { pieces, diagnostics } = attempt(text, setting)
  if (!pieces)
    return sortDiagnostics(diagnostics)
      .map((one) => renderDiagnostic(one))
      .join('\n')
  return pieces.map((piece) => ('hole' in piece ? JSON.stringify(piece.hole) : piece.text)).join('')
}

/** The codes of a template's diagnostics, sorted by place. */
export function codes(text: string, setting: Setting = {}): string[] {
  return sortDiagnostics(attempt(text, setting).diagnostics).map((one) => one.code)
}
