import { type Diagnostic, diagnose, type Location, nearest } from '../../diagnostics/index.ts'
import { logicalType, logicalTypes, nearestType } from '../column-types.ts'
import { isMapping } from '../mapping.ts'
import { checkName } from '../names.ts'
import type { ColumnProperties, Located, ModelFile, Project, RawConfig, SourceDefinition } from '../project.ts'

/** A place in a CSV file, with the line that it is in. */
export interface CsvPlace {
  /** From 1. */
  readonly line: number
  /** From 1, in characters. */
  readonly column: number
  readonly text: string
}

/** A value that is not of a type, and where it stands. */
export interface CsvMisfit extends CsvPlace {
  readonly value: string
}

/** What the values of a column of a CSV file are. */
export interface CsvColumn {
  readonly name: string
  /** The narrowest type that fits all values. */
  readonly type: string
  /** By logical type, without `decimal`'s numbers: the first value that is none. */
  readonly misfits: Readonly<Record<string, CsvMisfit>>
  /** The number with most digits before its point, and how many these are. */
  readonly widest?: CsvMisfit & { readonly digits: number }
}

/** What looking through a CSV file found: its columns, or the first thing that is wrong with it. */
export type CsvLook =
  | { readonly columns: readonly CsvColumn[] }
  | { readonly fault: CsvPlace & { readonly detail: string; readonly help: string } }

/** The sources of seeds: no name of a person's has a space. */
const group = 'seed file'

/** The fields of a file are told apart by this, unless its settings say otherwise. */
const usualDelimiter = ','

/** What a seed's query is: all of its file. */
export function seedTemplate(path: string): string {
  return `select * from {{ source('${group}', '${path}') }}\n`
}

function delimiterOf(config: RawConfig): string {
  const { value } = config.delimiter ?? { value: usualDelimiter }
  return typeof value === 'string' ? value : usualDelimiter
}

/** The file of a seed as something to be read; its columns are known when it was looked through. */
export function seedSource({ file, package: owner, config }: ModelFile, location: Location): SourceDefinition {
  const delimiter = delimiterOf(config)
  return {
    id: file.path,
    group,
    name: file.path,
    description: '',
    columns: [],
    assertions: [],
    origin: {
      kind: 'files',
      pattern: file.path,
      format: 'csv',
      compression: 'none',
      lateBy: 0,
      ...(delimiter === usualDelimiter ? {} : { delimiter }),
    },
    changeSignal: 'files',
    tags: [],
    meta: {},
    package: owner,
    location,
  }
}

/** The place of a whole file, of which no line is to be shown. */
export function wholeFile(path: string): Location {
  return { path, line: 1, column: 1, endLine: 1, endColumn: 1, firstFrameLine: 1, frame: [] }
}

const longestFrame = 200

function placeIn(path: string, { line, column, text }: CsvPlace, length = 1): Location {
  const end = { endLine: line, endColumn: column + Math.max(length, 1) }
  return { path, line, column, ...end, firstFrameLine: line, frame: [text.slice(0, longestFrame)] }
}

/** The types that settings and properties give to columns, by name in small letters. */
function typesOf(seed: ModelFile): Map<string, Located<string> & { readonly name: string }> {
  const types = new Map<string, Located<string> & { readonly name: string }>()
  for (const { name, type, location } of seed.columns) {
    if (type !== undefined)
      types.set(name.toLowerCase(), { name, value: type, location: location ?? wholeFile(seed.file.path) })
  }
  const { value: given = {}, location = wholeFile(seed.file.path) } = seed.config.column_types ?? {}
  for (const [name, type] of isMapping(given) ? Object.entries(given) : []) {
    types.set(name.toLowerCase(), { name, value: String(type), location })
  }
  return types
}

/** The value of a column that is not of its declared type. */
function misfitOf(column: CsvColumn, type: string): CsvMisfit | undefined {
  const decimal = /^decimal\((\d+),(\d+)\)$/.exec(type)
  if (!decimal) return column.misfits[type]
  const room = Number(decimal[1]) - Number(decimal[2])
  return column.misfits.decimal ?? (column.widest && column.widest.digits > room ? column.widest : undefined)
}

/** A column with its type: the declared one, which all values must fit, or the narrowest. */
function typedColumn(
  seed: ModelFile,
  column: CsvColumn,
  declared: Located<string> | undefined,
  found: Diagnostic[],
): ColumnProperties {
  const documented = seed.columns.find(({ name }) => name.toLowerCase() === column.name.toLowerCase())
  const type = declared ? logicalType(declared.value) : column.type
  const misfit = type === undefined ? undefined : misfitOf(column, type)
  if (declared && type === undefined) {
    const parameters = { type: declared.value, nearest: nearestType(declared.value), known: logicalTypes }
    found.push(diagnose('type-unknown', parameters, declared.location))
  } else if (declared && misfit) {
    const parameters = { seed: seed.name, column: column.name, type: declared.value, value: misfit.value }
    found.push(diagnose('seed-value', parameters, placeIn(seed.file.path, misfit, misfit.value.length)))
  }
  return { name: column.name, type: type ?? column.type, description: documented?.description ?? '' }
}

function columnsOf(seed: ModelFile, read: readonly CsvColumn[], found: Diagnostic[]): ColumnProperties[] {
  const types = typesOf(seed)
  const names = read.map(({ name }) => name)
  const known = new Set(names.map((name) => name.toLowerCase()))
  for (const [key, { name, location }] of types) {
    if (known.has(key)) continue
    found.push(
      diagnose('seed-column-unknown', { seed: seed.name, column: name, nearest: nearest(name, names) }, location),
    )
  }
  return read.map((column) => typedColumn(seed, column, types.get(column.name.toLowerCase()), found))
}

/** The seeds that are to be looked through: their files, and what stands between fields. */
export function seedsToLookAt({ models }: Pick<Project, 'models'>): { path: string; delimiter: string }[] {
  return models.flatMap(({ isSeed, config, file }) =>
    isSeed && config.enabled?.value !== false ? [{ path: file.path, delimiter: delimiterOf(config) }] : [],
  )
}

/** The project with the columns of its seeds, by what was found in their files. */
export function withSeedColumns(
  project: Project,
  looks: ReadonlyMap<string, CsvLook>,
): { readonly project: Project; readonly diagnostics: readonly Diagnostic[] } {
  const found: Diagnostic[] = []
  const columns = new Map<string, readonly ColumnProperties[]>()
  for (const seed of project.models) {
    const look = seed.isSeed ? looks.get(seed.file.path) : undefined
    if (!look) continue
    if ('columns' in look) columns.set(seed.file.path, columnsOf(seed, look.columns, found))
    else {
      const { detail, help } = look.fault
      found.push(
        diagnose('seed-malformed', { path: seed.file.path, detail, help }, placeIn(seed.file.path, look.fault)),
      )
    }
  }
  const seedFiles = project.seedFiles.map((source) => ({ ...source, columns: columns.get(source.id) ?? [] }))
  return { project: { ...project, seedFiles }, diagnostics: found }
}

/** The name that a seed has of its file. */
export function seedName(path: string): string {
  return path
    .replace(/^.*\//, '')
    .replace(/\.csv$/i, '')
    .normalize('NFC')
}

/** Whether a seed's name can be one. */
export function isUsableSeed(path: string, found: Diagnostic[]): boolean {
  return checkName('seed', seedName(path), wholeFile(path), found)
}
