import { parse } from 'yaml'
import { diagnose, Failure } from '../diagnostics/index.ts'
import { isMapping, type Json } from '../project/index.ts'
import { type CommandLine, locateValue } from './command-line.ts'

const expected = "key=value, or a YAML mapping: '{key: value}'"

/** A value as YAML reads it: numbers, booleans and lists keep their type. Undefined when it is no YAML. */
function yamlValue(text: string): unknown {
  try {
    return parse(text, { prettyErrors: false, logLevel: 'error', maxAliasCount: 0 })
  } catch {
    return undefined
  }
}

const forbidden: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** Whether a value holds a key that names a part of JavaScript's objects, at any depth: barred as in YAML files. */
function holdsForbiddenKey(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false
  return Object.entries(value).some(([key, item]) => forbidden.has(key) || holdsForbiddenKey(item))
}

function readWord(word: string): Readonly<Record<string, Json>> | undefined {
  const pair = /^([\w.-]+)=(.*)$/s.exec(word)
  if (pair) {
    const [, key = '', text = ''] = pair
    return { [key]: (yamlValue(text) ?? text) as Json }
  }
  const value = yamlValue(word)
  return isMapping(value) ? value : undefined
}

/** The values of `--vars`: words `key=value`, or YAML (and so JSON) mappings; later ones win. */
export function parseVars(words: readonly string[], line: CommandLine): Readonly<Record<string, Json>> {
  const vars: Record<string, Json> = Object.create(null)
  for (const word of words) {
    const read = readWord(word)
    if (!read || holdsForbiddenKey(read)) {
      const parameters = { option: '--vars', value: word, expected }
      throw new Failure(diagnose('option-value-invalid', parameters, locateValue(line, word)))
    }
    Object.assign(vars, read)
  }
  return { ...vars }
}
