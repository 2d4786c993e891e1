import type { Model } from '../compiler/index.ts'
import type { Constraint } from '../project/index.ts'
import { checksumOf, columnNodes, type ManifestNode } from './manifest-request.ts'

/** A constraint under dbt's keys; at a column it names none. */
export function constraintNode({ type, name, columns, expression, to, toColumns }: Constraint): ManifestNode {
  return {
    type,
    name: name ?? null,
    ...(columns.length === 1 ? {} : { columns }),
    expression: expression ?? null,
    to: to ?? null,
    to_columns: toColumns ?? [],
    warn_unenforced: true,
    warn_unsupported: true,
  }
}

/** The columns of a contract with the types that are promised, and their constraints; undefined without a contract. */
export function promisedColumns({ contract, columns }: Model): Readonly<Record<string, ManifestNode>> | undefined {
  if (!contract) return undefined
  const at = (column: string) =>
    contract.constraints.filter((rule) => rule.columns.length === 1 && rule.columns[0] === column).map(constraintNode)
  return Object.fromEntries(
    Object.entries(columnNodes(columns)).map(([name, node]) => [name, { ...node, constraints: at(name) }]),
  )
}

/** Whether the contract is enforced; its checksum changes with what it promises. */
export function contractNode({ contract, columns }: Model): ManifestNode {
  const text = columns.map(({ name, type }) => `${name} ${type}`).join('\n')
  return {
    enforced: contract !== undefined,
    alias_types: contract?.aliasTypes ?? true,
    checksum: contract ? checksumOf(text).checksum : null,
  }
}

/** The columns that tell rows apart. */
export function primaryKey({ contract, config }: Model): readonly string[] {
  const key = contract?.constraints.find(({ type }) => type === 'primary_key')
  return key?.columns ?? config.uniqueKey
}
