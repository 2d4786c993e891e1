import { locate } from '../diagnostics/index.ts'
import { wholeFile } from '../project/index.ts'
import type { Draft } from './draft.ts'
import { edgeSetOf, edgesOfWays, upstreamsOfWays } from './edge-sets.ts'
import type { Edge, Way } from './edges.ts'
import type { Fingerprints } from './fingerprint.ts'
import type { Input, Model } from './graph.ts'
import { withVersions } from './history.ts'
import { partitionedInputs, wholeInputs } from './inputs.ts'
import { allWays, type Inside, insideOf } from './inside.ts'
import type { Links } from './links.ts'
import { ownWays } from './own-edges.ts'
import { ownPartitions } from './own-partitions.ts'
import type { RenderedText } from './rendered.ts'
import { sqlOf } from './sql-of.ts'
import { reportCoveringDates, reportScans, reportViewFiles, reportWindows } from './window-rules.ts'

function optional(draft: Draft): Partial<Model> {
  const { partitioning, begin, end, settled, relationElsewhere } = draft
  return {
    ...(relationElsewhere ? { relationElsewhere } : {}),
    ...(partitioning ? { partitioning } : {}),
    ...(begin === undefined ? {} : { begin }),
    ...(end === undefined ? {} : { end }),
    ...(settled === undefined ? {} : { settled }),
  }
}

/** What a model's rows are made from: of a view or an ephemeral, what its own text reads beside views. */
function inputsOf(
  { config, partitioning }: Draft,
  ways: readonly Way[],
  edges: readonly Edge[],
  links: Links,
): Input[] {
  const isStored = config.materialized !== 'view' && config.materialized !== 'ephemeral'
  const direct = isStored ? [] : ways.flatMap((way) => (way.kind === 'view' ? [] : [way]))
  if (partitioning) return partitionedInputs(isStored ? edges : direct, partitioning.grid)
  return wholeInputs(upstreamsOfWays(isStored ? ways : direct, links.numbers), links.wholeInputs)
}

/** The ephemerals inside one of two texts; `inside`: those of both. */
function insideText(text: RenderedText | undefined, inside: readonly Inside[], links: Links): readonly Inside[] {
  return text ? insideOf(text, links) : inside
}

/** The text for a table that is there, of an incremental without partitions that asks `is_incremental()`. */
function incrementalSql({ rendered: { texts } }: Draft, links: Links): Pick<Model, 'incrementalSql'> {
  if (!texts) return {}
  return { incrementalSql: sqlOf(texts.incremental, undefined, insideOf(texts.incremental, links), links) }
}

/** Nodes that a model reads beside itself. The file of a seed is the seed itself to people. */
function readsOf({ id, file, rendered }: Draft): readonly string[] {
  const nodes = new Set(file.isSeed ? [] : rendered.uses.reads.map(({ reference }) => reference.node))
  nodes.delete(id)
  return [...nodes]
}

/** Links a model to its upstreams, which must have been linked before. `owner` answers for it; `beside` are its hooks, what hangs on its relation, and what it promises of it. */
export function link(
  draft: Draft,
  links: Links,
  fingerprints: Fingerprints,
  owner: string,
  beside: Pick<Model, 'preHooks' | 'postHooks' | 'attached' | 'contract'>,
): Model {
  const { file, config, relation, rendered } = draft
  const own = ownWays(draft, links)
  const inside = insideOf(rendered, links)
  const ways = allWays(own, inside, links)
  if (config.materialized === 'ephemeral') links.inEphemerals.set(draft.id, own)
  if (config.materialized === 'view') links.behind.set(draft.id, edgeSetOf(ways, links.numbers))
  const edges = draft.partitioning ? edgesOfWays(ways, links.numbers) : []
  reportScans(draft, edges, links)
  reportCoveringDates(draft, links)
  reportWindows(draft, inside, links)
  reportViewFiles(draft, inside, links)
  const first = rendered.texts?.first
  const sql = sqlOf(first ?? rendered, draft.partitioning, insideText(first, inside, links), links)
  return {
    id: draft.id,
    name: file.name,
    layer: file.layer,
    package: file.package,
    owner,
    path: file.file.path,
    description: file.description,
    columns: file.columns,
    config,
    relation,
    ...optional(draft),
    batch: draft.batch,
    sql: config.history ? withVersions(sql, config.history, links.dialect) : sql,
    ...incrementalSql(draft, links),
    ...beside,
    macros: [...rendered.macros, ...rendered.builtinMacros.map(([name]) => name)].sort(),
    dependsOn: readsOf(draft),
    ...(rendered.readsDependOn.length > 0 ? { readsDependOn: rendered.readsDependOn } : {}),
    inputs: [...inputsOf(draft, ways, edges, links), ...ownPartitions(draft, links)],
    fingerprint: fingerprints.of(draft),
    location: file.isSeed ? wholeFile(file.file.path) : locate(file.file, 0, 0),
  }
}
