import type { Adapter, Column, RelationName } from '../../adapters/contract.ts'
import type { Project } from '../../project/index.ts'
import { readableFolders } from '../readable-folders.ts'

interface Place {
  readonly directory: string
  readonly project: Project
  readonly adapter: Adapter
}

/** The columns of the tables that sources name, as the warehouse has them. */
export interface SourceColumns {
  readonly of: (relation: RelationName) => readonly Column[] | undefined
  /** Ids of the sources whose table the warehouse does not have. */
  readonly missing: ReadonlySet<string>
  /** Whether anybody asked: what they then found depends on more than the project's files. */
  readonly wereAsked: () => boolean
}

const keyOf = ({ schema, name }: RelationName): string => `${schema}.${name}`.toLowerCase()

/** Opens the warehouse, where sources lie in it. One that cannot be opened knows nothing: whoever needs its rows says why. */
export async function sourceColumns({ adapter, project, directory }: Place): Promise<SourceColumns> {
  const schemas = project.sources.flatMap(({ origin }) => (origin.kind === 'relation' ? [origin.schema] : []))
  const columns = new Map<string, readonly Column[]>()
  const connecting = {
    options: project.target.options,
    projectDirectory: directory,
    readOnly: true,
    readableFolders: readableFolders(directory, project),
  }
  const session = schemas.length === 0 ? undefined : await adapter.connect(connecting).catch(() => undefined)
  try {
    const { relations } = (await session?.catalog([...new Set(schemas)])) ?? { relations: [] }
    for (const relation of relations) columns.set(keyOf(relation), relation.columns)
  } finally {
    await session?.close()
  }
  let asked = false
  const of: SourceColumns['of'] = (relation) => {
    asked = true
    return columns.get(keyOf(relation))
  }
  const missing = project.sources.filter(
    ({ origin }) =>
      origin.kind === 'relation' && !columns.has(keyOf({ schema: origin.schema, name: origin.identifier })),
  )
  return { of, missing: new Set(missing.map(({ id }) => id)), wereAsked: () => asked }
}
