import type { Connection, HistoryWrite, WriteRequest } from '../../adapters/contract.ts'
import type { Model } from '../../compiler/index.ts'
import { bug, diagnose, Failure } from '../../diagnostics/index.ts'
import { rangeBound, type TimeType } from '../../sql/index.ts'
import { type BuildSite, relationSql, rowText, type Staged, withoutPersonal } from '../site/index.ts'
import { namedIn } from './keys.ts'
import { keyOfRows } from './strategy.ts'

const timeTypes: readonly TimeType[] = ['instant', 'local', 'date']

/** The present moment as a value of an engine's type: of one without a zone, what clocks of the project's zone show. */
function presentMoment({ adapter, clock, graph }: BuildSite, type: string): string {
  const { dialect } = adapter
  const isOf = (known: TimeType): boolean => dialect.type(known)?.toLowerCase() === type.toLowerCase()
  const known = timeTypes.find(isOf)
  if (known === 'instant') return 'current_timestamp'
  const now = clock.now()
  const value = rangeBound(graph.timeZone, { start: now, end: now }, 'start', known ?? 'local')
  const literal = dialect.literal({ type: known ?? 'local', value })
  return known ? literal : `cast(${literal} as ${type})`
}

/** What a write has to know of a history beside its staged rows. */
export function historyWrite(
  site: BuildSite,
  model: Model,
  { columns }: Staged,
): Pick<WriteRequest, 'uniqueKey' | 'history'> {
  const { updatedAt, checkColumns, hardDeletes, columns: added } = model.config.history ?? bug('no history')
  const names = columns.map(({ name }) => name)
  const uniqueKey = namedIn(names, keyOfRows(model))
  const begin = columns.find(({ name }) => name === added.validFrom) ?? bug('a version without a beginning')
  const isMarked = hardDeletes === 'new_record'
  const own = new Set([...uniqueKey, added.validFrom, added.validTo, ...(isMarked ? [added.isDeleted] : [])])
  const compared = checkColumns ? namedIn(names, checkColumns) : names.filter((name) => !own.has(name))
  const history: HistoryWrite = {
    ...(updatedAt === undefined ? { compared } : {}),
    now: presentMoment(site, begin.type),
    hardDeletes,
    validFrom: added.validFrom,
    validTo: added.validTo,
    ...(isMarked ? { isDeleted: added.isDeleted } : {}),
  }
  return { uniqueKey, history }
}

/** Whether every staged row of a history says when it changed, where the model asks that of them. Throws `Failure` otherwise. */
export async function checkBeginnings(
  site: BuildSite,
  model: Model,
  staged: Staged,
  connection: Connection,
): Promise<void> {
  const { history } = model.config
  if (history?.updatedAt === undefined) return
  const from = relationSql(site, staged.relation)
  const isNull = `${site.adapter.dialect.quote(history.columns.validFrom)} is null`
  const options = { signal: site.stop, label: model.id }
  const [found] = await connection.query(
    `select count(*) as total, count(case when ${isNull} then 1 end) as nulls from ${from}`,
    options,
  )
  const rows = Number(found?.nulls ?? 0)
  if (rows === 0) return
  const select = site.adapter.dialect.firstRows(`select * from ${from} where ${isNull}`, 3)
  const sample = withoutPersonal(site, [model.id], await connection.query(select, options)).map(rowText)
  const about = { model: model.id, column: history.updatedAt, rows, total: Number(found?.total ?? 0), sample }
  throw new Failure(diagnose('null-updated-at', about, model.location))
}
