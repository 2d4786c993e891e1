import { type Diagnostic, diagnose } from '../../diagnostics/index.ts'
import type { Constraint } from '../constraint.ts'
import type { AssertionProperties, ColumnProperties } from '../project.ts'
import { childOf, entryOf, itemsOf, spanOf, textOf, type YamlFile, type YamlNode } from '../yaml/index.ts'
import { readAssertions } from './assertion-properties.ts'
import { readConstraints } from './constraints.ts'
import { readLabels } from './ownership.ts'
import { noteEffectless } from './properties-notes.ts'

/** A column with the node it was read from. */
export interface ReadColumn {
  readonly column: ColumnProperties
  readonly node: YamlNode
}

export interface ReadColumns {
  readonly columns: readonly ReadColumn[]
  readonly assertions: readonly AssertionProperties[]
  readonly constraints: readonly Constraint[]
}

/** The columns of a model or source table, and the assertions and constraints written at them. */
export function readColumns(yaml: YamlFile, owner: YamlNode, found: Diagnostic[]): ReadColumns {
  const columns = new Map<string, ReadColumn>()
  const assertions: AssertionProperties[] = []
  const constraints: Constraint[] = []
  for (const node of itemsOf(childOf(owner, 'columns'))) {
    const nameNode = childOf(node, 'name')
    const name = textOf(nameNode)
    if (name === undefined || !nameNode) continue
    noteEffectless(yaml, node, 'column', found)
    const type = textOf(childOf(node, 'data_type'))
    const description = textOf(childOf(node, 'description')) ?? ''
    const { tags, meta } = readLabels(node)
    const column = {
      name,
      ...(type === undefined ? {} : { type }),
      description,
      ...(tags.length > 0 ? { tags } : {}),
      ...(Object.keys(meta).length > 0 ? { meta } : {}),
      location: spanOf(yaml.file, nameNode),
    }
    const first = columns.get(name.toLowerCase())
    if (first) {
      const at = `line ${spanOf(yaml.file, entryOf(first.node, 'name')?.value ?? first.node).line}`
      found.push(diagnose('name-taken', { what: 'column', name, first: at }, spanOf(yaml.file, nameNode)))
    } else columns.set(name.toLowerCase(), { column, node })
    assertions.push(...readAssertions(yaml, node, name, found))
    constraints.push(...readConstraints(yaml, node, name))
  }
  return { columns: [...columns.values()], assertions, constraints }
}
