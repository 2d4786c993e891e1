import type { Constraint, Json } from '../../project/index.ts'
import type { Graph, Model } from '../graph.ts'

/** What an enforced contract promises, in texts that can be compared. */
export interface Promised {
  /** Types by name. */
  readonly columns: ReadonlyMap<string, string>
  readonly constraints: ReadonlySet<string>
}

/** A contract that promises less than before, or something else. */
export interface ContractChange {
  /** Key of the model, as the contracts have it. */
  readonly model: string
  /** `gone`: it is not enforced any more, or the model is not there. */
  readonly gone: boolean
  readonly removed: readonly string[]
  /** `price (integer to bigint)` */
  readonly retyped: readonly string[]
  readonly dropped: readonly string[]
}

const plain = (text: string): string => text.toLowerCase().replace(/\s+/g, '')

type Rule = Pick<Constraint, 'type' | 'columns' | 'expression' | 'to' | 'toColumns'>

/** A constraint as a person reads it. */
function ruleText({ type, columns, expression, to, toColumns = [] }: Rule): string {
  const inside = type === 'check' ? (expression ?? '').replace(/\s+/g, ' ').trim() : columns.join(', ')
  const target = to === undefined ? (type === 'check' ? undefined : expression) : `${to} (${toColumns.join(', ')})`
  return `${type}(${inside})${target === undefined ? '' : ` to ${target}`}`
}

function promisedBy({ columns, contract }: Model): Promised | undefined {
  if (!contract) return undefined
  return {
    columns: new Map(columns.map(({ name, type = '' }) => [name, type])),
    constraints: new Set(contract.constraints.map(ruleText)),
  }
}

/** The contracts of a graph by model id. */
export function contractsOf({ models }: Graph): ReadonlyMap<string, Promised> {
  return new Map(
    models.flatMap((model) => {
      const promised = promisedBy(model)
      return promised ? [[model.id, promised] as const] : []
    }),
  )
}

type Mapping = Readonly<Record<string, Json>>

const mappingOf = (value: Json | undefined): Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {}
const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : [])
const textOf = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined)
const textsOf = (value: Json | undefined): string[] => listOf(value).flatMap((item) => textOf(item) ?? [])

function rulesIn(written: Json | undefined, column?: string): string[] {
  return listOf(written).map((one) => {
    const { type, expression, columns, to, to_columns } = mappingOf(one)
    const [check, target] = [textOf(expression), textOf(to)]
    return ruleText({
      type: (textOf(type) ?? '') as Constraint['type'],
      columns: column === undefined ? textsOf(columns) : [column],
      ...(check === undefined ? {} : { expression: check }),
      ...(target === undefined ? {} : { to: target, toColumns: textsOf(to_columns) }),
    })
  })
}

/** The contracts that a `manifest.json` describes, by the unique ids of models there. */
export function contractsOfManifest(manifest: Json): ReadonlyMap<string, Promised> {
  const found = new Map<string, Promised>()
  for (const [id, value] of Object.entries(mappingOf(mappingOf(manifest).nodes))) {
    const node = mappingOf(value)
    if (node.resource_type !== 'model' || mappingOf(node.contract).enforced !== true) continue
    const columns = Object.entries(mappingOf(node.columns)).map(([name, column]) => [name, mappingOf(column)] as const)
    found.set(id, {
      columns: new Map(columns.map(([name, { data_type }]) => [name, textOf(data_type) ?? ''])),
      constraints: new Set([
        ...rulesIn(node.constraints),
        ...columns.flatMap(([name, { constraints }]) => rulesIn(constraints, name)),
      ]),
    })
  }
  return found
}

function changeOf(model: string, before: Promised, now: Promised | undefined): ContractChange | undefined {
  if (!now) return { model, gone: true, removed: [], retyped: [], dropped: [] }
  const types = new Map([...now.columns].map(([name, type]) => [name.toLowerCase(), type]))
  const rules = new Set([...now.constraints].map(plain))
  const removed: string[] = []
  const retyped: string[] = []
  for (const [name, type] of before.columns) {
    const other = types.get(name.toLowerCase())
    if (other === undefined) removed.push(name)
    else if (plain(other) !== plain(type)) retyped.push(`${name} (${type} to ${other})`)
  }
  const dropped = [...before.constraints].filter((rule) => !rules.has(plain(rule)))
  if (removed.length + retyped.length + dropped.length === 0) return undefined
  return { model, gone: false, removed, retyped, dropped }
}

/** Contracts that readers can rely on less than before: new columns and new constraints break nobody. */
export function contractChanges(
  before: ReadonlyMap<string, Promised>,
  now: ReadonlyMap<string, Promised>,
): readonly ContractChange[] {
  return [...before].flatMap(([model, promised]) => changeOf(model, promised, now.get(model)) ?? [])
}
