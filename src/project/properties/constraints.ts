import { type Constraint, constraintTypes } from '../constraint.ts'
import { childOf, itemsOf, spanOf, textOf, type YamlFile, type YamlNode } from '../yaml/index.ts'

function textsOf(node: YamlNode | undefined): string[] {
  const one = textOf(node)
  return one === undefined ? itemsOf(node).flatMap((item) => textOf(item) ?? []) : [one]
}

function readConstraint(yaml: YamlFile, node: YamlNode, column: string | undefined): Constraint[] {
  const typeNode = childOf(node, 'type')
  const type = constraintTypes.find((known) => known === textOf(typeNode))
  if (!typeNode || !type) return []
  const [name, expression, to] = ['name', 'expression', 'to'].map((key) => textOf(childOf(node, key)))
  const toColumns = textsOf(childOf(node, 'to_columns'))
  return [
    {
      type,
      columns: column === undefined ? textsOf(childOf(node, 'columns')) : [column],
      ...(name === undefined ? {} : { name }),
      ...(expression === undefined ? {} : { expression }),
      ...(to === undefined ? {} : { to }),
      ...(toColumns.length > 0 ? { toColumns } : {}),
      location: spanOf(yaml.file, typeNode),
    },
  ]
}

/** The constraints of a model, or of one of its columns. Those of an unknown type were told by the schema. */
export function readConstraints(yaml: YamlFile, owner: YamlNode, column?: string): Constraint[] {
  return itemsOf(childOf(owner, 'constraints')).flatMap((node) => readConstraint(yaml, node, column))
}
