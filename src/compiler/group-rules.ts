import { type Diagnostic, diagnose, nearest } from '../diagnostics/index.ts'
import type { GroupDefinition, Project } from '../project/index.ts'
import type { Draft } from './draft.ts'
import type { Read } from './uses.ts'

function ofGroup(draft: Draft, known: readonly string[]): Diagnostic[] {
  const { group, access } = draft.config
  if (group !== undefined && !known.includes(group)) {
    return [diagnose('group-unknown', { group, nearest: nearest(group, known), known }, draft.raw.group?.location)]
  }
  if (group !== undefined || access !== 'private') return []
  return [diagnose('private-without-group', { model: draft.id }, draft.raw.access?.location)]
}

/** Models that name no group that there is, private ones without a group, and reads of private ones from outside their group. */
export function groupProblems(
  drafts: ReadonlyMap<string, Draft>,
  readsOf: (draft: Draft) => readonly Read[],
  { groups }: Project,
): Diagnostic[] {
  const known = groups.map(({ name }) => name)
  return [...drafts.values()].flatMap((draft) => {
    const readerGroup = draft.config.group
    const refused = [...readsOf(draft), ...draft.rendered.queryReads].flatMap(({ reference, location }) => {
      const upstream = drafts.get(reference.node)
      const group = upstream?.config.group
      if (upstream?.config.access !== 'private' || group === undefined) return []
      if (upstream === draft || group === readerGroup) return []
      return [diagnose('private-model', { model: upstream.id, group, reader: draft.id, readerGroup }, location)]
    })
    return [...ofGroup(draft, known), ...refused]
  })
}

/** Who answers for a model: the owner that it names, else its group's, else its layer's. */
export function ownerOf({ config, file }: Draft, { groups, layers }: Project): string {
  const group = groups.find(({ name }) => name === config.group)
  return config.owner ?? nameOf(group) ?? layers.find(({ name }) => name === file.layer)?.owner ?? ''
}

function nameOf(group: GroupDefinition | undefined): string | undefined {
  return group?.owner.name ?? group?.owner.email
}
