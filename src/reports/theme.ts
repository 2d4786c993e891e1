import picocolors from 'picocolors'
import type { Paint } from '../diagnostics/index.ts'

/** Colours by meaning. Without colours every one of them leaves the text as it is. */
export interface Theme extends Paint {
  readonly good: (text: string) => string
  readonly name: (text: string) => string
}

export function themeOf(colors: boolean): Theme {
  const c = picocolors.createColors(colors)
  return {
    error: (text) => c.bold(c.red(text)),
    warning: (text) => c.yellow(text),
    note: (text) => c.blue(text),
    dim: c.dim,
    bold: c.bold,
    good: c.green,
    name: c.cyan,
  }
}

export const plainTheme: Theme = themeOf(false)
