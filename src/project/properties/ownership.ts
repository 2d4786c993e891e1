import { type Diagnostic, diagnose, locate } from '../../diagnostics/index.ts'
import { checkName } from '../names.ts'
import type { ExposureDefinition, GroupDefinition, Json, Located, Owner } from '../project.ts'
import { childOf, describeJson, itemsOf, spanOf, textOf, toJson, type YamlFile, type YamlNode } from '../yaml/index.ts'

/** `owner:` as dbt writes it; `email` may be a list there, of which the first is taken. */
export function readOwner(node: YamlNode | undefined): Owner {
  const [name, email] = [textOf(childOf(node, 'name')), childOf(node, 'email')]
  const address = textOf(email) ?? textOf(itemsOf(email)[0])
  return { ...(name === undefined ? {} : { name }), ...(address === undefined ? {} : { email: address }) }
}

/** One text or a list of them, with nothing else among them. */
export function readTags(node: YamlNode | undefined): readonly string[] {
  const items = node?.kind === 'list' ? node.items : node ? [node] : []
  return [...new Set(items.flatMap((item) => textOf(item) ?? []))]
}

export function readMeta(node: YamlNode | undefined): Readonly<Record<string, Json>> {
  const json = node?.kind === 'map' ? toJson(node) : {}
  return json as Readonly<Record<string, Json>>
}

/** `tags` and `meta`, each from its own key and from `config:`, which adds to it. */
export function readLabels(node: YamlNode): {
  readonly tags: readonly string[]
  readonly meta: Readonly<Record<string, Json>>
} {
  const config = childOf(node, 'config')
  return {
    tags: [...new Set([...readTags(childOf(node, 'tags')), ...readTags(childOf(config, 'tags'))])],
    meta: { ...readMeta(childOf(node, 'meta')), ...readMeta(childOf(config, 'meta')) },
  }
}

interface Named {
  readonly name: string
  readonly node: YamlNode
}

/** The entries of a list that have a usable name. */
function namedItems(yaml: YamlFile, key: string, what: string, found: Diagnostic[]): Named[] {
  return itemsOf(childOf(yaml.root, key)).flatMap((node) => {
    const nameNode = childOf(node, 'name')
    const name = textOf(nameNode)
    if (!nameNode || name === undefined) return []
    return checkName(what, name, spanOf(yaml.file, nameNode), found) ? [{ name, node }] : []
  })
}

function placeOf(yaml: YamlFile, { node }: Named) {
  return spanOf(yaml.file, childOf(node, 'name') ?? node)
}

/** `groups:` of a properties file. */
export function readGroups(yaml: YamlFile, owner: string, found: Diagnostic[]): GroupDefinition[] {
  return namedItems(yaml, 'groups', 'group', found).map((group) => ({
    name: group.name,
    owner: readOwner(childOf(group.node, 'owner')),
    description: textOf(childOf(group.node, 'description')) ?? '',
    package: owner,
    location: placeOf(yaml, group),
  }))
}

function readsOf(yaml: YamlFile, node: YamlNode, found: Diagnostic[]): Located<string>[] {
  return itemsOf(childOf(node, 'depends_on')).flatMap((item) => {
    const location = locate(yaml.file, item.start, item.end)
    if (item.kind === 'scalar' && typeof item.value === 'string') return [{ value: item.value, location }]
    found.push(diagnose('exposure-input', { text: describeJson(toJson(item)) }, location))
    return []
  })
}

/** Whether `config:` of a node, or the node itself, says `enabled: false`. */
export function isDisabled(node: YamlNode | undefined): boolean {
  const enabled = childOf(childOf(node, 'config'), 'enabled') ?? childOf(node, 'enabled')
  return enabled?.kind === 'scalar' && enabled.value === false
}

/** `exposures:` of a properties file, those that are switched off left out; what is wrong with their form was reported with the file's. */
export function readExposures(yaml: YamlFile, owner: string, found: Diagnostic[]): ExposureDefinition[] {
  const enabled = namedItems(yaml, 'exposures', 'exposure', found).filter(({ node }) => !isDisabled(node))
  return enabled.map((exposure) => {
    const { name, node } = exposure
    const [url, maturity] = [textOf(childOf(node, 'url')), textOf(childOf(node, 'maturity'))]
    return {
      id: `exposure.${name}`,
      name,
      label: textOf(childOf(node, 'label')) ?? name,
      type: (textOf(childOf(node, 'type')) ?? 'dashboard') as ExposureDefinition['type'],
      description: textOf(childOf(node, 'description')) ?? '',
      ...(url === undefined ? {} : { url }),
      ...(maturity === undefined ? {} : { maturity: maturity as NonNullable<ExposureDefinition['maturity']> }),
      owner: readOwner(childOf(node, 'owner')),
      reads: readsOf(yaml, node, found),
      ...readLabels(node),
      package: owner,
      location: placeOf(yaml, exposure),
    }
  })
}
