import type { Adapter, Connection, Session } from '../../src/adapters/contract.ts'
import { type Fate, openFailingNetwork } from '../engines/failing-network.ts'
import type { Fixture, Warehouse } from './fixtures.ts'

/**
 * What becomes of a step, which is a statement, the beginning or end of a transaction, or rows that are loaded. `refuse`: the engine
 * answers with an error instead; the others as with a `FailingNetwork`. An embedded engine has no network that could lose anything:
 * of it, `lose-answer` is a step that was done and is told as an error.
 */
export type Fault = Exclude<Fate, 'pass'>

export const faults = ['refuse', 'lose', 'lose-answer', 'late', 'die', 'die-after'] as const satisfies readonly Fault[]

/** A statement, the beginning or end of a transaction, or rows that are loaded. */
export interface Step {
  readonly text: string
  /** Whether what it changes stays once it is done; false inside of transactions, and where it only reads. */
  readonly lasts: boolean
}

/** Stands between commands and the warehouse: counts the steps that are sent, and hits one of them. */
export interface Seam {
  readonly faults: readonly Fault[]
  /** Counts the steps whose text passes from here on, and hits the one with the number; 0: none. */
  readonly arm: (at: number, fault: Fault, only?: RegExp) => void
  /** What was counted since. */
  readonly sent: () => readonly Step[]
  /** Steps are no longer counted or hit, and whoever was dead may come again. */
  readonly disarm: () => void
  readonly close: () => Promise<void>
  /** What the target of a project says instead of the warehouse's own options. */
  readonly behind?: Partial<Warehouse['options']>
}

/** Texts that change nothing by themselves. */
const reads = /^\0?(select(?! nextval)|with|describe|begin|rollback|catalog|set|close all)\b/i

/** Which steps are counted, and which of them is hit. */
function createRule() {
  let rule = { at: 0, fault: 'die' as Fault, only: /(?:)/, isArmed: false }
  let sent: Step[] = []
  return {
    arm: (at: number, fault: Fault, only = /(?:)/) => {
      rule = { at, fault, only, isArmed: true }
      sent = []
    },
    sent: () => sent,
    disarm: () => {
      rule = { ...rule, isArmed: false }
    },
    fateOf: (text: string, inTransaction: boolean): Fate => {
      if (!rule.isArmed || !rule.only.test(text)) return 'pass'
      sent.push({ text, lasts: !inTransaction && !reads.test(text) })
      return sent.length === rule.at ? rule.fault : 'pass'
    },
  }
}

/** Messages of the protocol that are steps; those in between are parts of one. */
const steps: ReadonlySet<string> = new Set(['Q', 'P', 'c'])

/** A seam before a server: it takes the protocol apart. */
async function networkSeam({ options }: Warehouse): Promise<Seam> {
  const network = await openFailingNetwork(String(options.host), Number(options.port))
  const rule = createRule()
  return {
    ...rule,
    faults,
    arm: (...how) => {
      rule.arm(...how)
      network.decide((kind, text, _, inTransaction) => (steps.has(kind) ? rule.fateOf(text, inTransaction) : 'pass'))
    },
    disarm: () => {
      rule.disarm()
      network.revive()
    },
    close: network.close,
    behind: { host: '127.0.0.1', port: network.port },
  }
}

function gone(): Error {
  return new Error('Connection Error: the connection was closed')
}

/** A session whose steps meet what the rule says. What is dead stays dead until `isDead` says otherwise. */
function hitSession(session: Session, rule: ReturnType<typeof createRule>, life: { isDead: boolean }): Session {
  async function refused(): Promise<never> {
    const connection = await session.connect()
    await connection.run('select refused from elt_refuses').finally(() => connection.release())
    throw gone()
  }
  async function before(text: string, inTransaction = false): Promise<Fate> {
    if (life.isDead) throw gone()
    const fate = rule.fateOf(text, inTransaction)
    if (fate === 'refuse') await refused()
    if (fate === 'die') life.isDead = true
    if (fate === 'lose' || fate === 'late' || fate === 'die') throw gone()
    return fate
  }
  function after(fate: Fate): void {
    if (fate === 'die-after') life.isDead = true
    if (fate !== 'pass') throw gone()
  }
  async function step<T>(text: string, work: () => Promise<T>, inTransaction = false): Promise<T> {
    const fate = await before(text, inTransaction)
    const result = await work()
    after(fate)
    return result
  }
  function wrapped(connection: Connection): Connection {
    let isOpen = false
    return {
      run: (sql, options) => step(sql, () => connection.run(sql, options), isOpen),
      query: (sql, options) => step(sql, () => connection.query(sql, options), isOpen),
      describe: (sql) => step(`describe ${sql}`, () => connection.describe(sql)),
      load: (to, ...more) => step(`load ${to.schema}.${to.name}`, () => connection.load(to, ...more), isOpen),
      transaction: async (work) => {
        await step('begin', async () => undefined)
        let fate: Fate = 'pass'
        isOpen = true
        const rows = connection.transaction(async () => {
          const value = await work()
          fate = await before('commit')
          return value
        })
        const result = await rows.finally(() => {
          isOpen = false
        })
        after(fate)
        return result
      },
      release: connection.release,
    }
  }
  return {
    ...session,
    connect: async () => wrapped(await session.connect()),
    catalog: (schemas) => step('catalog', () => session.catalog(schemas)),
    describe: (sql) => step(`describe ${sql}`, () => session.describe(sql)),
  }
}

/** A seam in the sessions of an engine that runs in this process. */
function sessionSeam(adapter: Adapter): Seam {
  const rule = createRule()
  const life = { isDead: false }
  const { connect } = adapter
  let isArmed = false
  const seamed: Adapter['connect'] = async (request) => {
    const session = await connect(request)
    return isArmed ? hitSession(session, rule, life) : session
  }
  Object.assign(adapter, { connect: seamed })
  return {
    ...rule,
    faults: ['refuse', 'lose-answer', 'die', 'die-after'],
    arm: (...how) => {
      isArmed = true
      rule.arm(...how)
    },
    disarm: () => {
      isArmed = false
      life.isDead = false
      rule.disarm()
    },
    close: async () => {
      Object.assign(adapter, { connect })
    },
  }
}

/** Opens a seam before warehouses that lie where this one does. */
export function openSeam({ adapter }: Fixture, warehouse: Warehouse): Promise<Seam> {
  return adapter.features.exclusiveWriter ? Promise.resolve(sessionSeam(adapter)) : networkSeam(warehouse)
}
