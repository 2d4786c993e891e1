import type { CsvColumn, CsvLook, CsvMisfit, CsvPlace } from '../project/index.ts'
import { CsvFault, type CsvField, type CsvRecord, csvRecords } from './csv-records.ts'
import { digitsBeforePoint, fits, speaksFor } from './csv-values.ts'

/** The place of something in a record, which may have several lines. */
function placeIn({ line, text }: { readonly line: number; readonly text: string }, at: number): CsvPlace {
  const before = text.slice(0, at).split('\n')
  const row = before.length - 1
  const shown = text.split('\n')[row] ?? ''
  return { line: line + row, column: (before[row]?.length ?? 0) + 1, text: shown.replace(/\r$/, '') }
}

/** Takes note of the values of a column. */
class Column {
  readonly #name: string
  readonly #misfits: Record<string, CsvMisfit> = {}
  #open = Object.entries(fits)
  #candidates = Object.entries(speaksFor)
  #widest: CsvColumn['widest']
  #values = 0

  constructor(name: string) {
    this.#name = name
  }

  add(record: CsvRecord, { value, at }: CsvField): void {
    this.#values++
    if (this.#candidates.length > 0) this.#candidates = this.#candidates.filter(([, speaks]) => speaks(value))
    for (const [type, isOne] of this.#open) {
      if (!isOne(value)) {
        this.#misfits[type] = { ...placeIn(record, at), value }
        this.#open = this.#open.filter(([other]) => other !== type)
      } else if (type === 'decimal') this.#measure(record, { value, at })
    }
  }

  #measure(record: CsvRecord, { value, at }: CsvField): void {
    const digits = digitsBeforePoint(value)
    if (digits > (this.#widest?.digits ?? -1)) this.#widest = { ...placeIn(record, at), value, digits }
  }

  get look(): CsvColumn {
    const type = this.#values === 0 ? 'text' : (this.#candidates[0]?.[0] ?? 'text')
    const widest = this.#widest ? { widest: this.#widest } : {}
    return { name: this.#name, type, misfits: this.#misfits, ...widest }
  }
}

function headerOf(record: CsvRecord): Column[] {
  const taken = new Set<string>()
  return record.fields.map(({ value, at }) => {
    const place = { line: record.line, text: record.text, at }
    if (value.trim() === '') {
      throw new CsvFault('the header has a column without a name', 'name it in the first line', place)
    }
    if (taken.has(value.toLowerCase())) {
      throw new CsvFault(`the header names the column ${value} twice`, 'give one of them another name', place)
    }
    taken.add(value.toLowerCase())
    return new Column(value)
  })
}

function addRow(columns: readonly Column[], record: CsvRecord): void {
  const { fields, line, text } = record
  // An empty line is no row, unless an empty field is all that a row has.
  if (text === '' && columns.length > 1) return
  if (fields.length !== columns.length) {
    const help = 'quote fields in which the delimiter stands, or say which one it is: config: { delimiter: … }'
    const detail = `a row has ${fields.length} ${fields.length === 1 ? 'field' : 'fields'}, and the header ${columns.length}`
    throw new CsvFault(detail, help, { line, text, at: fields[columns.length]?.at ?? text.length })
  }
  if (columns.length > 1 && fields.every(({ value }) => value === '')) {
    throw new CsvFault('a row has no value at all', 'remove it: it would be a row of nulls', { line, text, at: 0 })
  }
  for (const [i, field] of fields.entries()) if (field.value !== '') columns[i]?.add(record, field)
}

/**
 * Looks through a whole CSV file for its columns and what their values are, or for the first thing that is wrong with it. Rejects
 * with the error of the file system.
 */
export async function lookIntoCsv(path: string, delimiter: string): Promise<CsvLook> {
  let columns: Column[] | undefined
  try {
    for await (const record of csvRecords(path, delimiter)) {
      if (columns) addRow(columns, record)
      else columns = headerOf(record)
    }
    if (!columns) {
      throw new CsvFault('it has no header', 'its first line names its columns', { line: 1, text: '', at: 0 })
    }
    return { columns: columns.map(({ look }) => look) }
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error
    return { fault: { ...placeIn(error, error.at), detail: error.message, help: error.help } }
  }
}
