import type { Column } from '../../adapters/contract.ts'
import { Dictionary, type TemplateValue } from '../template/index.ts'
import { columnOf, columnValue } from './column-value.ts'
import { type BuiltinMacro, macro } from './macro.ts'
import type { MacroCall } from './macro-call.ts'
import { isPlainName } from './sql-words.ts'

/** A name without quotes where it can stand so. */
function bare(call: MacroCall, name: string, argument: string): string {
  return isPlainName(name) ? name : call.quote(name, argument)
}

/** The columns of a relation but those named in `except`; undefined while they are not known. */
function remaining(call: MacroCall): readonly Column[] | undefined {
  const except = call.names('except')
  return call.columnsOf(call.relation('from'))?.filter(({ name }) => !except.has(name.toLowerCase()))
}

function renames(call: MacroCall): ReadonlyMap<string, string> {
  const value = call.given('rename')?.value
  if (value === undefined) return new Map()
  if (!(value instanceof Dictionary)) return call.refuse('rename', '`rename` must be a dictionary of names')
  return new Map(
    [...value.entries].map(([from, to]) =>
      typeof from === 'string' && typeof to === 'string'
        ? [from.toLowerCase(), to]
        : call.refuse('rename', '`rename` must be a dictionary of names'),
    ),
  )
}

function star(call: MacroCall): string {
  const columns = remaining(call)
  const isQuoted = call.flag('quote_identifiers', true)
  const alias =
    call.isNone('relation_alias') || call.given('relation_alias')?.value === false ? '' : call.text('relation_alias')
  const [prefix, suffix] = [call.text('prefix'), call.text('suffix')]
  const renamed = renames(call)
  if (!columns) return alias ? `${alias}.*` : '*'
  if (columns.length === 0) return call.refuse('except', 'no column is left', 'take a column out of `except`')
  const written = (name: string) => (isQuoted ? call.quote(name, 'from') : bare(call, name, 'from'))
  const renamedTo = (name: string): string => {
    const other = renamed.get(name.toLowerCase())
    if (other !== undefined) return ` as ${bare(call, other, 'rename')}`
    const full = `${prefix}${name}${suffix}`
    if (call.flag('unquote_aliases', false) && isQuoted) return ` as ${bare(call, full, 'from')}`
    return full === name ? '' : ` as ${written(full)}`
  }
  const lines = columns.map(({ name }) => `${alias ? `${alias}.` : ''}${written(name)}${renamedTo(name)}`)
  return call.join(lines, ',\n  ')
}

/** Texts of no columns become null; the others stay. */
function nullcheckOf(call: MacroCall, columns: readonly Column[]): string {
  return columns
    .map((column) => {
      const name = call.quote(column.name, 'cols')
      const isText = columnValue(column, call.host.dialect).members.get('data_type') === call.host.dialect.type('text')
      return isText ? `nullif(${name}, '') as ${name}` : name
    })
    .join(',\n  ')
}

function nullcheck(call: MacroCall): string {
  const columns = call
    .list('cols')
    .map(
      (value) =>
        columnOf(value) ??
        call.refuse('cols', '`cols` must be a list of columns', "cols=adapter.get_columns_in_relation(ref('a_model'))"),
    )
  return columns.length === 0 ? '*' : nullcheckOf(call, columns)
}

function nullcheckTable(call: MacroCall): string {
  const relation = call.relation('relation')
  const columns = call.columnsOf(relation)
  return `select\n  ${columns ? nullcheckOf(call, columns) : '*'}\nfrom ${relation.text}`
}

function textOf(call: MacroCall, value: string): string {
  return `cast(${call.host.dialect.literal({ type: 'text', value })} as ${call.dbt('type_string')})`
}

/** The columns of each relation by lower-case name, as far as `include` and `exclude` let them in. */
function columnsToUnite(
  call: MacroCall,
  relations: readonly (readonly Column[])[],
): readonly ReadonlyMap<string, Column>[] {
  const [include, exclude] = [call.names('include'), call.names('exclude')]
  if (include.size > 0 && exclude.size > 0) call.refuse('exclude', 'takes `include` or `exclude`, not both')
  return relations.map((columns) => {
    const wanted = columns
      .map((column): [string, Column] => [column.name.toLowerCase(), column])
      .filter(([name]) => !exclude.has(name) && (include.size === 0 || include.has(name)))
    return new Map(wanted)
  })
}

/** All columns of some relations. One that they have in different types has none: the engine finds what fits them all. */
function unitedColumns(
  parts: readonly ReadonlyMap<string, Column>[],
): ReadonlyMap<string, { readonly name: string; readonly type: string | undefined }> {
  const all = new Map<string, { name: string; type: string | undefined }>()
  for (const part of parts) {
    for (const [key, { name, type }] of part) {
      const known = all.get(key)
      all.set(key, known ? { name: known.name, type: known.type === type ? type : undefined } : { name, type })
    }
  }
  return all
}

function overrides(call: MacroCall): ReadonlyMap<string, string> {
  const value = call.given('column_override')?.value
  if (value === undefined) return new Map()
  if (!(value instanceof Dictionary)) return call.refuse('column_override', '`column_override` must be a dictionary')
  return new Map(
    [...value.entries].map(([name, type]) => [String(name).toLowerCase(), call.sqlOf(type, 'column_override')]),
  )
}

/** The name that rows of `union_relations` carry of where they come from. */
function sourceColumn(call: MacroCall): string | undefined {
  return call.isNone('source_column_name') ? undefined : call.text('source_column_name', '_dbt_source_relation')
}

function unionRelations(call: MacroCall): string {
  const relations = call.list('relations').map((value) => call.relationOf(value, 'relations'))
  if (relations.length === 0) call.refuse('relations', '`relations` must be a list of at least one relation')
  const where = call.sqlOr('where', undefined)
  const source = sourceColumn(call)
  const known = relations.map((relation) => call.columnsOf(relation))
  if (known.includes(undefined)) {
    return relations.map((relation) => `(select * from ${relation.text})`).join('\nunion all\n')
  }
  const parts = columnsToUnite(
    call,
    known.map((columns) => columns ?? []),
  )
  const all = unitedColumns(parts)
  if (all.size === 0) call.refuse('relations', 'no column is left of the relations', 'take columns out of `exclude`')
  const types = overrides(call)
  const selects = parts.map((part, index) => {
    const columns = [...all].map(([key, { name, type: common }]) => {
      const own = part.get(key)
      const value = own ? call.quote(own.name, 'relations') : 'null'
      const type = types.get(key) ?? common
      return `    ${type === undefined ? value : `cast(${value} as ${type})`} as ${call.quote(name, 'relations')}`
    })
    const relation = relations[index]
    const from =
      source && relation
        ? [`    ${textOf(call, call.nameOf(relation))} as ${bare(call, source, 'source_column_name')}`]
        : []
    const filter = where === undefined ? '' : `\n  where ${where}`
    return `(\n  select\n${call.join([...from, ...columns], ',\n')}\n  from ${relation?.text}${filter}\n)`
  })
  return call.join(selects, '\nunion all\n')
}

/** The name of a column as the relation has it, whatever its capitals in the template. */
function ownName(call: MacroCall, name: string, columns: readonly Column[]): string {
  const found = columns.find((column) => column.name.toLowerCase() === name.toLowerCase())
  if (found) return found.name
  const names = columns.map((column) => column.name)
  return call.refuse('exclude', `the relation has no column \`${name}\``, `its columns: ${names.join(', ')}`)
}

function unpivot(call: MacroCall): string {
  const relation = call.relation('relation')
  const columns = call.columnsOf(relation)
  if (!columns) return `select * from ${relation.text}`
  const keep = call.texts('exclude').map((name) => ownName(call, name, columns))
  const remove = call.names('remove')
  const left = new Set([...keep.map((name) => name.toLowerCase()), ...remove])
  const turned = columns.filter(({ name }) => !left.has(name.toLowerCase()))
  if (turned.length === 0)
    call.refuse('exclude', 'no column is left to turn into rows', 'take a column out of `exclude`')
  const isQuoted = call.flag('quote_identifiers', false)
  const written = (name: string) => (isQuoted ? call.quote(name, 'relation') : bare(call, name, 'relation'))
  const { dialect } = call.host
  const [fieldName, valueName] = [call.text('field_name', 'field_name'), call.text('value_name', 'value')]
  const castTo = call.sqlOr('cast_to', undefined) ?? call.dbt('type_string')
  const selects = turned.map(({ name, type }) => {
    const value = type === dialect.type('boolean') ? call.dbt('cast_bool_to_text', written(name)) : written(name)
    const lines = [
      ...keep.map((one) => `  ${written(one)}`),
      `  ${textOf(call, name)} as ${written(fieldName)}`,
      `  cast(${value} as ${castTo}) as ${written(valueName)}`,
    ]
    return `select\n${call.join(lines, ',\n')}\nfrom ${relation.text}`
  })
  return call.join(selects, '\nunion all\n')
}

function filteredColumns(call: MacroCall): TemplateValue {
  return (remaining(call) ?? []).map(({ name }) => name)
}

function relationsByPattern(call: MacroCall): TemplateValue {
  const pattern = {
    schema: call.text('schema_pattern'),
    name: call.text('table_pattern'),
    exclude: call.text('exclude'),
  }
  return call.host.relationsLike(pattern, call.site)
}

function relationsByPrefix(call: MacroCall): TemplateValue {
  const pattern = { schema: call.text('schema'), name: `${call.text('prefix')}%`, exclude: call.text('exclude') }
  return call.host.relationsLike(pattern, call.site)
}

/** Macros of `dbt_utils.` that ask for relations and their columns. */
export const columnMacros: readonly BuiltinMacro[] = [
  macro(
    'dbt_utils',
    "star(from, relation_alias='', except=[], prefix='', suffix='', quote_identifiers=true, unquote_aliases=false, rename={})",
    star,
  ),
  macro('dbt_utils', 'get_filtered_columns_in_relation(from, except=[])', filteredColumns),
  macro(
    'dbt_utils',
    "union_relations(relations, column_override=none, include=[], exclude=[], source_column_name='_dbt_source_relation', where=none)",
    unionRelations,
  ),
  macro(
    'dbt_utils',
    "unpivot(relation, cast_to='varchar', exclude=[], remove=[], field_name='field_name', value_name='value', quote_identifiers=false)",
    unpivot,
  ),
  macro(
    'dbt_utils',
    "get_relations_by_pattern(schema_pattern, table_pattern, exclude='', database=none)",
    relationsByPattern,
  ),
  macro('dbt_utils', "get_relations_by_prefix(schema, prefix, exclude='', database=none)", relationsByPrefix),
  macro('dbt_utils', 'nullcheck(cols)', nullcheck),
  macro('dbt_utils', 'nullcheck_table(relation)', nullcheckTable),
]
