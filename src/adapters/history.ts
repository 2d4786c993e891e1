import { bug } from '../diagnostics/index.ts'
import type { WriteRequest } from './contract.ts'
import { quote, relation } from './standard-text.ts'
import type { Differ } from './standard-write.ts'

/** The parts that the statements of one write are made of: `t` is a version of the target, `s` a staged row. */
function partsOf(request: WriteRequest, differ: Differ) {
  const { target, staging, columns, uniqueKey = bug('a history without a key'), history } = request
  const { validFrom, validTo, isDeleted, compared, now, hardDeletes } = history ?? bug('no history to write')
  const [from, to] = [quote(validFrom), quote(validTo)]
  const gone = isDeleted === undefined || hardDeletes !== 'new_record' ? undefined : quote(isDeleted)
  const isOther = compared ? differ(compared, 't.', 's.') : `s.${from} > t.${from}`
  return {
    target: relation(target),
    staging: relation(staging),
    list: columns.map(quote).join(', '),
    keys: uniqueKey.map(quote),
    same: (first: string, second: string) =>
      uniqueKey.map((key) => `${first}.${quote(key)} = ${second}.${quote(key)}`).join(' and '),
    from,
    to,
    gone,
    now,
    compared,
    hardDeletes,
    /** Of a current version and a staged row of one key: a new version begins. */
    isNew: gone ? `(t.${gone} or ${isOther})` : `(${isOther})`,
    /** The values of a row, some of them others. */
    values: (alias: string, others: Readonly<Record<string, string>>) =>
      columns.map((column) => others[quote(column)] ?? `${alias}.${quote(column)}`).join(', '),
  }
}

type Parts = ReturnType<typeof partsOf>

/** Current versions whose key was not staged. */
function missing({ to, staging, same }: Parts): string {
  return `t.${to} is null and not exists (select 1 from ${staging} as s where ${same('s', 't')})`
}

/** A version that would end when it began was never valid. */
function dropEmpty({ target, staging, same, to, from, now, isNew, compared, gone }: Parts): string[] {
  // Rows that say when they changed begin later than the version that they end.
  if (!compared && !gone) return []
  const isEmpty = `t.${to} is null and t.${from} >= s.${from} and t.${from} >= ${now}`
  return [`delete from ${target} as t using ${staging} as s where ${same('t', 's')} and ${isEmpty} and ${isNew}`]
}

function noteDeleted(parts: Parts): string[] {
  const { target, list, from, to, gone, now, values, hardDeletes } = parts
  if (hardDeletes === 'ignore') return []
  if (!gone) {
    return [
      `delete from ${target} as t where ${missing(parts)} and t.${from} >= ${now}`,
      `update ${target} as t set ${to} = ${now} where ${missing(parts)}`,
    ]
  }
  const left = `${missing(parts)} and not t.${gone}`
  return [
    `update ${target} as t set ${gone} = true where ${left} and t.${from} >= ${now}`,
    `insert into ${target} (${list}) select ${values('t', { [from]: now, [gone]: 'true' })} from ${target} as t where ${left}`,
  ]
}

/** A new version begins when its row says, where that is later than all that is known of the key; else now. */
function insertNew({ target, staging, list, keys, same, from, to, now, isNew, values }: Parts): string {
  const ends = `select ${keys.join(', ')}, max(${to}) as elt_end from ${target} group by ${keys.join(', ')}`
  const last = `greatest(coalesce(p.elt_end, t.${from}), coalesce(t.${from}, p.elt_end))`
  const begin = `case when ${last} is null or s.${from} > ${last} then s.${from} else greatest(${now}, ${last}) end`
  return `insert into ${target} (${list}) select ${values('s', { [from]: begin })} from ${staging} as s
left join ${target} as t on ${same('t', 's')} and t.${to} is null
left join (${ends}) as p on ${same('p', 's')}
where t.${from} is null or ${isNew}`
}

/** Versions end when the next one of their key begins. */
function endOld({ target, keys, same, from, to }: Parts): string {
  const newest = `select ${keys.join(', ')}, max(${from}) as elt_begin from ${target} where ${to} is null group by ${keys.join(', ')} having count(*) > 1`
  return `update ${target} as t set ${to} = n.elt_begin from (${newest}) as n where ${same('t', 'n')} and t.${to} is null and t.${from} < n.elt_begin`
}

/**
 * Statements that keep the versions of rows: what a key's row was, from when, until when. Staged rows that differ from the
 * current version of their key begin a new one. To be run in one transaction.
 */
export function historyStatements(request: WriteRequest, differ: Differ): readonly string[] {
  const parts = partsOf(request, differ)
  if (request.empty) return [`insert into ${parts.target} (${parts.list}) select ${parts.list} from ${parts.staging}`]
  return [...dropEmpty(parts), ...noteDeleted(parts), insertNew(parts), endOld(parts)]
}
