import { type Location, locate, type SourceFile } from '../diagnostics/index.ts'

/** The words behind `elt`, also as one text in which mistakes can be pointed at. */
export interface CommandLine {
  readonly words: readonly string[]
  readonly file: SourceFile
  /** Where each word begins and ends in the text. */
  readonly spans: readonly { readonly start: number; readonly end: number }[]
}

/** A word as a shell takes it: quoted only where it must be. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./*-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

export function commandLine(words: readonly string[]): CommandLine {
  let text = 'elt'
  const spans = words.map((word) => {
    const start = text.length + 1
    text += ` ${shellWord(word)}`
    return { start, end: text.length }
  })
  return { words, file: { path: '(command line)', text }, spans }
}

/** The place of a word on the command line; the end of the line when there is no such word. */
export function locateWord(line: CommandLine, index: number): Location {
  const span = line.spans[index]
  return span ? locate(line.file, span.start, span.end) : locate(line.file, line.file.text.length)
}

/** The place of a value: the word that is it, or that ends with it after an equals sign. */
export function locateValue(line: CommandLine, value: string): Location {
  return locateWord(
    line,
    line.words.findIndex((word) => word === value || (word.startsWith('-') && word.endsWith(`=${value}`))),
  )
}
