import { createReadStream } from 'node:fs'

/** A field and where it begins in its record: `line` counts from the record's first. */
export interface CsvField {
  readonly value: string
  /** From 0. */
  readonly at: number
}

/** A record of a file. */
export interface CsvRecord {
  /** Of its first line, from 1. */
  readonly line: number
  readonly text: string
  readonly fields: readonly CsvField[]
}

/** What is wrong with a file, at an offset in a record. */
export class CsvFault extends Error {
  override readonly name = 'CsvFault'
  readonly line: number
  readonly text: string
  readonly at: number
  readonly help: string

  constructor(detail: string, help: string, place: { line: number; text: string; at: number }) {
    super(detail)
    this.line = place.line
    this.text = place.text
    this.at = place.at
    this.help = help
  }
}

/** Longest record in characters: the engine's reader has this limit in bytes. */
export const longestRecord = 2_000_000

const blockBytes = 1_000_000

/** Texts of a file, which must be UTF-8; a mark of its encoding is left out. */
async function* textOf(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const stream = createReadStream(path, { highWaterMark: blockBytes })
  for await (const block of stream) yield decoder.decode(block as Buffer, { stream: true })
  yield decoder.decode()
}

/** Where a record ends: at the line break that stands in no quotes; -1 when it goes on behind the text. */
function endOfRecord(text: string, start: number, delimiter: string): number {
  const end = text.indexOf('\n', start)
  const firstQuote = text.indexOf('"', start)
  if (firstQuote < 0 || (end >= 0 && end < firstQuote)) return end
  let isFieldStart = true
  for (let at = start; at < text.length; at++) {
    const sign = text[at]
    if (sign === '\n') return at
    if (sign === '"' && isFieldStart) {
      at = closingQuote(text, at)
      if (at < 0) return -1
    }
    isFieldStart = sign === delimiter
  }
  return -1
}

/** The quote that closes the one at `open`; two together stand for one. -1: none. */
function closingQuote(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at
  }
  return -1
}

function fieldsOf(text: string, line: number, delimiter: string): CsvField[] {
  const fields: CsvField[] = []
  let at = 0
  for (;;) {
    if (text[at] !== '"') {
      const found = text.indexOf(delimiter, at)
      const end = found < 0 ? text.length : found
      fields.push({ value: text.slice(at, end), at })
      if (found < 0) return fields
      at = found + 1
      continue
    }
    const close = closingQuote(text, at)
    if (close < 0)
      throw new CsvFault('a quote is opened here and never closed', 'close it, or double it: ""', { line, text, at })
    fields.push({ value: text.slice(at + 1, close).replaceAll('""', '"'), at })
    if (close === text.length - 1) return fields
    if (text[close + 1] !== delimiter) {
      const help = 'quote the whole field, and double the quotes inside: "say ""yes"""'
      throw new CsvFault('a field goes on behind its closing quote', help, { line, text, at: close + 1 })
    }
    at = close + 2
  }
}

function linesIn(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}

function recordOf(text: string, line: number, delimiter: string): CsvRecord {
  const content = text.endsWith('\r') ? text.slice(0, -1) : text
  const nul = content.indexOf('\0')
  if (nul >= 0) throw new CsvFault('there is a NUL character', 'remove it: texts have none', { line, text, at: nul })
  return { line, text: content, fields: fieldsOf(content, line, delimiter) }
}

/** The records of a text of CSV. Throws `CsvFault`. */
export function* recordsOfText(text: string, delimiter: string): Generator<CsvRecord> {
  let line = 1
  for (let start = 0; start < text.length; ) {
    const found = endOfRecord(text, start, delimiter)
    const end = found < 0 ? text.length : found
    const record = text.slice(start, end)
    yield recordOf(record, line, delimiter)
    line += 1 + linesIn(record)
    start = end + 1
  }
}

/** The records of a CSV file, one after the other, in bounded memory. Throws `CsvFault`. */
export async function* csvRecords(path: string, delimiter: string): AsyncGenerator<CsvRecord> {
  let rest = ''
  let line = 1
  try {
    for await (const block of textOf(path)) {
      const text = rest === '' ? block : rest + block
      let start = 0
      for (let end = endOfRecord(text, start, delimiter); end >= 0; end = endOfRecord(text, start, delimiter)) {
        const record = text.slice(start, end)
        yield recordOf(record, line, delimiter)
        line += 1 + linesIn(record)
        start = end + 1
      }
      rest = text.slice(start)
      if (rest.length > longestRecord) {
        const help = 'is a quote opened that is never closed?'
        throw new CsvFault(`a record has more than ${longestRecord} characters`, help, { line, text: rest, at: 0 })
      }
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error
    const help = 'save the file as UTF-8'
    throw new CsvFault('at or behind this line, the file is not UTF-8', help, { line, text: rest, at: 0 })
  }
  if (rest !== '') yield recordOf(rest, line, delimiter)
}
