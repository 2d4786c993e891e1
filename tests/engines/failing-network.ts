import { connect, createServer, type Socket } from 'node:net'

/**
 * What becomes of a message of a client: `lose` ends its connection before the server sees the message, `lose-answer` after the
 * server has answered it, `late` ends it at once and lets the server see the message a little later. `reset` ends it rudely, as a
 * router does, and the server sees nothing. `freeze` leaves both ends open, and nothing passes any more. `die` and `die-after` end all
 * connections and let nobody in again until `revive`, as a killed process would, before or after the server has answered.
 * `refuse` has the server answer with an error instead of doing what it is asked.
 */
export type Fate = 'pass' | 'refuse' | 'lose' | 'lose-answer' | 'late' | 'reset' | 'freeze' | 'die' | 'die-after'

/** How data passes: so many milliseconds late, in pieces of so many bytes, so many bytes a second. */
export interface Manner {
  readonly latency?: number
  readonly slice?: number
  readonly bandwidth?: number
}

/**
 * Gets the letter that a message has in the protocol, its text, its number, counted from 1, and whether its connection is in a
 * transaction.
 */
type Decide = (kind: string, text: string, count: number, inTransaction: boolean) => Fate

/** A Postgres server as it is seen through a network that fails when it is told to. */
export interface FailingNetwork {
  readonly port: number
  /** Decides over every message from here on. */
  readonly decide: (fate: Decide) => void
  /** From here on all data passes like this. */
  readonly behave: (manner: Manner) => void
  /** Messages since `decide`. */
  readonly count: () => number
  /** Lets clients in again that were shut out by a death. */
  readonly reopen: () => void
  readonly revive: () => void
  readonly close: () => Promise<void>
}

interface Rule {
  fate: Decide
  manner: Manner
  count: number
  isDead: boolean
}

/** What has the server answer with an error where it would have done what a message says: a text, a preparation, the end of a copy. */
function refused(kind: string, message: Buffer): Buffer {
  const name = kind === 'P' ? message.subarray(5, message.indexOf(0, 5) + 1) : Buffer.alloc(0)
  const text = kind === 'Q' ? "do $$ begin raise 'refused' using errcode = '53400'; end $$" : 'refused'
  const body = Buffer.concat([name, Buffer.from(`${text}\0`), Buffer.alloc(kind === 'P' ? 2 : 0)])
  const head = Buffer.alloc(5)
  head.write(kind === 'c' ? 'f' : kind)
  head.writeUInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Hands data on in its order, in the manner of the rule. */
class Pipe {
  private queue: Promise<void> = Promise.resolve()
  private readonly to: Socket
  private readonly rule: Rule

  constructor(to: Socket, rule: Rule) {
    this.to = to
    this.rule = rule
  }

  write(data: Buffer): void {
    this.queue = this.queue.then(() => this.pass(data))
  }

  /** Resolves when all is handed on. */
  drained(): Promise<void> {
    return this.queue
  }

  private async pass(data: Buffer): Promise<void> {
    const { latency = 0, slice = data.length, bandwidth = 0 } = this.rule.manner
    if (latency > 0) await sleep(latency)
    for (let at = 0; at < data.length && !this.to.destroyed; at += slice) {
      const piece = data.subarray(at, at + slice)
      this.to.write(piece)
      if (bandwidth > 0) await sleep((piece.length / bandwidth) * 1000)
      else if (slice < data.length) await new Promise((resolve) => setImmediate(resolve))
    }
  }
}

/** A client's connection: its messages are taken apart, one by one. */
class Link {
  private pending = Buffer.alloc(0)
  private hasBegun = false
  private isMute = false
  private inTransaction = false
  private owed: Fate = 'pass'
  readonly client: Socket
  private readonly server: Socket
  private readonly toServer: Pipe
  private readonly rule: Rule
  private readonly all: Set<Link>

  constructor(client: Socket, server: Socket, rule: Rule, all: Set<Link>) {
    this.client = client
    this.server = server
    this.rule = rule
    this.all = all
    this.toServer = new Pipe(server, rule)
    const toClient = new Pipe(client, rule)
    all.add(this)
    client.setNoDelay(true)
    server.setNoDelay(true)
    client.on('data', (chunk) => this.take(chunk))
    server.on('data', (chunk) => !this.isMute && toClient.write(chunk))
    for (const [one, other, pipe] of [
      [client, server, this.toServer],
      [server, client, toClient],
    ] as const) {
      one.on('error', () => other.destroy())
      one.on('close', () => void pipe.drained().then(() => (this.isMute ? undefined : other.destroy())))
    }
    server.on('close', () => all.delete(this))
  }

  private take(chunk: Buffer): void {
    this.pending = Buffer.concat([this.pending, chunk])
    for (;;) {
      // The first message of a connection has no letter.
      const start = this.hasBegun ? 1 : 0
      if (this.isMute || this.pending.length < start + 4) return
      const length = start + this.pending.readUInt32BE(start)
      if (this.pending.length < length) return
      const message = this.pending.subarray(0, length)
      this.pending = this.pending.subarray(length)
      if (this.hasBegun) this.judge(message)
      else this.toServer.write(message)
      this.hasBegun = true
    }
  }

  private judge(message: Buffer): void {
    this.rule.count += 1
    const kind = String.fromCharCode(message[0] ?? 0)
    const text = message.subarray(5, -1).toString('utf8')
    if (kind === 'Q' && /^(commit|rollback)\b/i.test(text)) this.inTransaction = false
    let fate = this.rule.fate(kind, text, this.rule.count, this.inTransaction)
    if (kind === 'Q' && /^begin\b/i.test(text)) this.inTransaction = true
    // What is asked in parts is answered as a whole: its last part meets what was meant for another.
    if (this.owed !== 'pass') fate = this.owed
    this.owed = 'pass'
    if ((fate === 'lose-answer' || fate === 'die-after') && kind !== 'Q' && kind !== 'S') {
      this.owed = fate
      fate = 'pass'
    }
    if (fate === 'pass') this.toServer.write(message)
    else if (fate === 'refuse') this.toServer.write(refused(kind, message))
    else if (fate === 'lose') this.cut()
    else if (fate === 'reset') this.reset()
    else if (fate === 'die') this.die()
    else {
      this.isMute = true
      if (fate === 'freeze') return
      if (fate === 'late') {
        this.client.destroy()
        setTimeout(() => this.server.end(message), 300)
      } else {
        this.server.once('data', () => (fate === 'die-after' ? this.die() : this.cut()))
        this.server.write(message)
      }
    }
  }

  private die(): void {
    this.rule.isDead = true
    for (const link of this.all) link.cut()
  }

  private reset(): void {
    this.isMute = true
    this.client.resetAndDestroy()
    this.server.resetAndDestroy()
  }

  cut(): void {
    this.isMute = true
    this.client.destroy()
    this.server.destroy()
  }
}

/** Opens a proxy before the server of an address. */
export async function openFailingNetwork(host: string, port: number): Promise<FailingNetwork> {
  const links = new Set<Link>()
  const rule: Rule = { fate: () => 'pass', manner: {}, count: 0, isDead: false }
  const listener = createServer((client) => {
    if (rule.isDead) client.destroy()
    else new Link(client, connect(port, host), rule, links)
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    decide: (fate) => Object.assign(rule, { fate, count: 0 }),
    behave: (manner) => Object.assign(rule, { manner }),
    count: () => rule.count,
    reopen: () => Object.assign(rule, { isDead: false }),
    revive: () => Object.assign(rule, { fate: () => 'pass', manner: {}, count: 0, isDead: false }),
    close: () => {
      for (const link of links) link.cut()
      return new Promise((resolve) => listener.close(() => resolve()))
    },
  }
}
