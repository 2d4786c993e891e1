import { type Diagnostic, diagnose, type Location, locate } from '../diagnostics/index.ts'
import type {
  AssertionProperties,
  Constraint,
  Json,
  Located,
  ModelConfig,
  ModelFile,
  RawConfig,
} from '../project/index.ts'
import type { Contract } from './graph.ts'

/** A model as far as it decides its contract. */
interface Owner {
  readonly id: string
  readonly file: ModelFile
  readonly config: ModelConfig
  readonly raw: RawConfig
}

const locationOf = ({ raw, file }: Owner): Location => {
  const written = raw.contract?.location
  // A folder may ask for contracts of many models: what one of them breaks is told at the model.
  return written && written.path !== 'project.yml' ? written : locate(file.file, 0, 0)
}

/** What a model promises of its relation; nothing without an enforced contract. */
export function contractOf(draft: Owner): { readonly contract?: Contract } {
  const { contract } = draft.config
  if (!contract || draft.config.materialized === 'ephemeral') return {}
  const { constraints = [] } = draft.file
  return { contract: { aliasTypes: contract.aliasTypes, constraints, location: locationOf(draft) } }
}

interface Problem {
  readonly detail: string
  readonly help: string
}

/** Constraints that name columns. */
const ofColumns: ReadonlySet<Constraint['type']> = new Set(['not_null', 'unique', 'primary_key', 'foreign_key'])

function columnProblem({ type, columns }: Constraint, { file }: Owner): Problem | undefined {
  if (!ofColumns.has(type)) return undefined
  if (columns.length === 0)
    return { detail: 'names no columns', help: 'write columns: [id], or write it at its column' }
  const known = new Set(file.columns.map(({ name }) => name.toLowerCase()))
  const missing = columns.filter((column) => !known.has(column.toLowerCase()))
  if (missing.length === 0) return undefined
  return {
    detail: `names ${missing.join(', ')}, which the contract does not promise`,
    help: 'name columns of the model',
  }
}

function targetProblem(constraint: Constraint): Problem | undefined {
  if (constraint.type !== 'foreign_key') return undefined
  const target = targetOf(constraint)
  const help = "write to: ref('customers') and to_columns: [id]"
  if (!target) return { detail: 'does not say which columns of which model it points to', help }
  if (target.columns.length !== constraint.columns.length) {
    return { detail: `has ${constraint.columns.length} columns and points to ${target.columns.length}`, help }
  }
  const alone = 'write relationships at one of the columns, and assert the rest in tests/sql'
  return constraint.columns.length > 1
    ? { detail: 'has more than one column, which is not asserted', help: alone }
    : undefined
}

function problemOf(constraint: Constraint, owner: Owner): Problem | undefined {
  const { type, expression } = constraint
  if (type === 'custom') {
    const help = 'write what has to hold as `type: check`, or set it in the warehouse with post_hook'
    return { detail: 'is SQL of one engine, which nobody could assert', help }
  }
  if (type === 'check' && (expression ?? '').trim() === '') {
    return { detail: 'has no expression', help: "write expression: 'amount >= 0'" }
  }
  return columnProblem(constraint, owner) ?? targetProblem(constraint)
}

function constraintProblems(draft: Owner): Diagnostic[] {
  return (draft.file.constraints ?? []).flatMap((constraint) => {
    const problem = problemOf(constraint, draft)
    if (!problem) return []
    const parameters = { model: draft.id, type: constraint.type, ...problem }
    return [diagnose('constraint-invalid', parameters, constraint.location)]
  })
}

/** What contradicts itself or is missing in the contract of a model; notes for what has no effect without one. */
export function contractProblems(draft: Owner): Diagnostic[] {
  const { config, raw, file, id } = draft
  if (!config.contract) {
    const reason = 'constraints are part of a contract: write config: { contract: { enforced: true } } at the model'
    const [first] = file.constraints ?? []
    return first ? [diagnose('key-without-effect', { key: 'constraints', reason }, first.location)] : []
  }
  const at = raw.contract?.location
  const isOwn = at?.path !== 'project.yml'
  const conflict = (detail: string, help: string) => diagnose('config-conflict', { key: 'contract', detail, help }, at)
  if (config.materialized === 'ephemeral') {
    const help = "use materialized='view', or remove the contract"
    return isOwn ? [conflict('has no meaning with materialized: ephemeral, which is no relation', help)] : []
  }
  if (config.materialized === 'incremental' && config.onSchemaChange === 'ignore') {
    const help = 'say on_schema_change: append_new_columns, sync_all_columns or fail'
    return [conflict('cannot be kept with on_schema_change: ignore, which does not write new columns', help)]
  }
  const untyped = file.columns.filter(({ type }) => type === undefined).map(({ name }) => name)
  const isIncomplete = file.columns.length === 0 || untyped.length > 0
  const incomplete = diagnose('contract-incomplete', { model: id, columns: untyped }, locationOf(draft))
  return [...(isIncomplete ? [incomplete] : []), ...constraintProblems(draft)]
}

/** Where a foreign key points to: a reference as assertions write it, and columns. */
function targetOf({ to, toColumns, expression }: Constraint) {
  if (to !== undefined) return toColumns ? { to, columns: toColumns } : undefined
  // `customers (id)`, or with the schema before it, as dbt's engines take it.
  const found = /^\s*(?:"?\w+"?\.){0,2}"?(\w+)"?\s*\(([^()]+)\)\s*$/.exec(expression ?? '')
  const columns = found?.[2]?.split(',').map((name) => name.trim().replace(/^"(.*)"$/, '$1'))
  return found && columns ? { to: `ref('${found[1]}')`, columns } : undefined
}

type Given = Readonly<Record<string, Json>>

function assertion(constraint: Constraint, type: string, name: string, given: Given, column?: string) {
  const { location } = constraint
  const located = (value: Json): Located<Json> => ({ value, location })
  const label = constraint.name === undefined ? '' : ` ${constraint.name}`
  const named = { ...given, name: `contract${label}: ${name}` }
  const arguments_ = Object.fromEntries(Object.entries(named).map(([key, value]) => [key, located(value)]))
  return { type, ...(column === undefined ? {} : { column }), arguments: arguments_, location }
}

function assertionsFor(constraint: Constraint, quote: (name: string) => string): AssertionProperties[] {
  const { type, columns, expression = '' } = constraint
  const list = columns.join(', ')
  const [only] = columns
  if (type === 'not_null') {
    return columns.map((column) => assertion(constraint, 'not_null', `not_null(${column})`, {}, column))
  }
  if (type === 'primary_key') {
    const filled = columns.map((column) =>
      assertion(constraint, 'not_null', `primary_key(${list}), ${column} is not null`, {}, column),
    )
    return [...filled, assertion(constraint, 'unique_key', `primary_key(${list})`, { columns })]
  }
  if (type === 'unique') {
    if (columns.length === 1) return [assertion(constraint, 'unique', `unique(${list})`, {}, only)]
    // As in SQL, rows with a null in the key are not compared.
    const where = columns.map((column) => `${quote(column)} is not null`).join(' and ')
    return [assertion(constraint, 'unique_key', `unique(${list})`, { columns, where })]
  }
  if (type === 'check')
    return [assertion(constraint, 'expression_is_true', `check(${expression.trim()})`, { expression })]
  const target = targetOf(constraint)
  const [field] = target?.columns ?? []
  if (!target || field === undefined) return []
  const name = `foreign_key(${list}) to ${target.to}.${field}`
  return [assertion(constraint, 'relationships', name, { to: target.to, field }, only)]
}

/** What the constraints of a contract ask of rows, as assertions at the places of the constraints. */
export function constraintAssertions(draft: Owner, quote: (name: string) => string): readonly AssertionProperties[] {
  const { constraints = [] } = draft.file
  if (!contractOf(draft).contract) return []
  return constraints
    .filter((constraint) => problemOf(constraint, draft) === undefined)
    .flatMap((constraint) => assertionsFor(constraint, quote))
}
