import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server as NetServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { describePostgres, type Server } from '../../../tests/engines/index.ts'
import { Failure } from '../../diagnostics/index.ts'
import { postgres } from './index.ts'
import { settingsOf } from './settings.ts'
import { failure, useDatabase } from './testing.ts'

async function told(options: Readonly<Record<string, unknown>>): Promise<string> {
  const request = { options, projectDirectory: import.meta.dirname, readOnly: false, readableFolders: [] }
  const error = await failure(postgres.connect(request))
  if (!(error instanceof Failure)) throw error
  return error.diagnostics.map(({ code, message }) => `${code}: ${message}`).join('\n')
}

const here = { host: '127.0.0.1', user: 'ada', database: 'shop' }
const settings = (options: Readonly<Record<string, unknown>>) =>
  settingsOf({ options, projectDirectory: '/work', readOnly: false, readableFolders: [] })

describe('the options of a target', () => {
  test('a url is taken apart, and single options go before it', () => {
    const url = 'postgres://ada%40x:p%2Fw%25@[::1]:6000/my%20shop?sslmode=require&connect_timeout=3'
    expect(settings({ url })).toMatchObject({
      host: '::1',
      port: 6000,
      user: 'ada@x',
      password: 'p/w%',
      database: 'my shop',
    })
    expect(settings({ url })).toMatchObject({ sslmode: 'require', connectTimeout: 3000 })
    expect(settings({ url, database: 'other', port: 1 })).toMatchObject({ database: 'other', port: 1 })
    const socket = 'postgres://ada@%2Fvar%2Frun/shop'
    expect(settings({ url: socket })).toMatchObject({ host: '/var/run', sslmode: 'disable', port: 5432 })
  })

  test('TLS is verified unless the host is this machine', () => {
    const modes = ['db.example.com', '10.0.0.1', '127.example.com', 'localhost', '127.0.0.1', '::1', '/var/run'].map(
      (host) => settings({ ...here, host }).sslmode,
    )
    expect(modes).toEqual(['verify-full', 'verify-full', 'verify-full', 'disable', 'disable', 'disable', 'disable'])
  })

  test.each([
    [
      { url: 'mysql://ada@x/shop' },
      'target-option-value: `url` of the target cannot be used: it is no address of a Postgres database',
    ],
    [
      { url: 'postgres://a%zz@x/shop' },
      'target-option-value: `url` of the target cannot be used: a % in it is not followed by two digits',
    ],
    [
      { url: 'postgres://ada@x/shop?host2=y' },
      'target-option-value: `url` of the target cannot be used: it holds the parameter host2',
    ],
    [{ ...here, user: undefined }, 'target-option-value: `user` of the target cannot be used: it is missing'],
    [{ ...here, port: 99999 }, 'target-option-value: `port` of the target cannot be used: it is no port'],
    [
      { ...here, sslmode: 'prefer' },
      'target-option-value: `sslmode` of the target cannot be used: "prefer" is none of its values',
    ],
    [
      { ...here, lock_timeout: -1 },
      'target-option-value: `lock_timeout` of the target cannot be used: it is no number of seconds',
    ],
    [
      { ...here, host: 'x', ssl_root_certificate: 'none.pem' },
      `target-option-value: \`ssl_root_certificate\` of the target cannot be used: ${join(import.meta.dirname, 'none.pem')} cannot be read (ENOENT)`,
    ],
  ])('%j is refused before anything is sent', async (options, message) => {
    expect(await told(options)).toBe(message)
  })
})

describePostgres('connecting', (server: Server) => {
  const bench = useDatabase(server)
  const port = () => Number(new URL(bench.url).port)
  const role = `elt_test_role_${server.label.replace(/\D/g, '')}`

  afterEach(async () => {
    await bench.connection.run(`drop role if exists ${role}`)
  })

  test('what keeps somebody out is said in the words of the target', async () => {
    const { url } = bench
    const database = new URL(url).pathname.slice(1)
    const where = `127.0.0.1:${port()}`
    expect(await told({ url, database: 'absent' })).toBe(
      `warehouse-database-missing: the warehouse at ${where} has no database absent`,
    )
    expect(await told({ url, user: 'nobody "x"' })).toBe(
      `warehouse-login-refused: the warehouse at ${where} did not let nobody "x" in: role "nobody "x"" does not exist`,
    )
    await bench.connection.run(`create role ${role} login; revoke connect on database ${database} from public`)
    expect(await told({ url, user: role })).toMatch(/^warehouse-login-refused: .* permission denied for database/)
    await bench.connection.run(`grant connect on database ${database} to public; alter role ${role} connection limit 0`)
    expect(await told({ url, user: role })).toMatch(
      /^warehouse-busy: .* lets nobody in for now: too many connections for role/,
    )
    expect(await told({ url, host: '127.0.0.1', port: 1 })).toBe(
      'warehouse-unreachable: the warehouse at 127.0.0.1:1 could not be reached: no server listens there',
    )
    expect(await told({ url, host: 'no-such-host.invalid' })).toMatch(/^warehouse-unreachable: .* the name of the host/)
    expect(await told({ url, host: '/no/such/folder' })).toMatch(/^warehouse-unreachable: .* there is no such socket/)
  })

  test('a server that says nothing is given up after a while', async () => {
    const silent = createServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const options = { ...here, port: (silent.address() as AddressInfo).port, connect_timeout: 0.2 }
    expect(await told(options)).toMatch(/^warehouse-unreachable: .* it did not answer in time$/)
    silent.close()
  })

  test('a server without TLS is refused where TLS is asked for', async () => {
    expect(await told({ url: bench.url, sslmode: 'verify-full' })).toMatch(/^warehouse-tls: .*: the server has no TLS$/)
    expect(await told({ url: bench.url, sslmode: 'require' })).toMatch(/^warehouse-tls: .*: the server has no TLS$/)
  })

  test('a connection over which nothing comes any more is given up', async () => {
    const through = new Set<Socket>()
    const proxy = createServer((socket) => {
      const upstream = connect(port(), '127.0.0.1')
      for (const end of [socket, upstream]) end.on('error', () => undefined)
      through.add(socket)
      socket.pipe(upstream).pipe(socket)
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    const session = await bench.open({
      url: bench.url,
      port: (proxy.address() as AddressInfo).port,
      keepalive: 0.2,
      connect_timeout: 0.2,
    })
    const connection = await session.connect()
    const running = failure(connection.query('select pg_sleep(600)'))
    // From now on bytes go nowhere, and nobody says so: a cable that was pulled.
    for (const socket of through) socket.unpipe()
    proxy.removeAllListeners('connection')
    expect(session.explainError(await running)).toEqual({
      kind: 'connection',
      isLost: true,
      message: 'the server does not answer any more',
    })
    await connection.release()
    for (const socket of through) socket.destroy()
    proxy.close()
  })

  describe.runIf(spawnSync('openssl', ['version']).status === 0)('through TLS', () => {
    let folder: string
    let proxy: NetServer
    const options = (more: Readonly<Record<string, unknown>>) => ({
      url: bench.url,
      host: 'localhost',
      port: (proxy.address() as AddressInfo).port,
      ...more,
    })

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'elt-tls-'))
      for (const name of ['localhost', 'other.example.com']) {
        const files = ['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.pem`)]
        const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`]
        const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
        execFileSync('openssl', ['req', ...kind, ...files, ...subject], { stdio: 'ignore' })
      }
      writeFileSync(join(folder, 'none.pem'), 'no certificate')
    })
    afterEach(() => {
      proxy.close()
    })
    afterAll(() => rmSync(folder, { recursive: true, force: true }))

    /** Speaks TLS under a name in front of the real server, as a server with a certificate does. */
    async function speakTls(name: string): Promise<void> {
      const [key, cert] = ['key', 'pem'].map((end) => readFileSync(join(folder, `${name}.${end}`)))
      proxy = createServer((socket) => {
        socket.on('error', () => undefined)
        socket.once('data', () => {
          socket.write('S')
          const secure = new TLSSocket(socket, { isServer: true, ...(key && cert ? { key, cert } : {}) })
          const upstream = connect(port(), '127.0.0.1')
          for (const end of [secure, upstream]) end.on('error', () => end.destroy())
          secure.pipe(upstream).pipe(secure)
        })
      })
      await new Promise<void>((resolve) => proxy.listen(0, 'localhost', resolve))
    }

    test('a certificate that nobody trusted has signed is refused; one of the named authority is taken', async () => {
      await speakTls('localhost')
      expect(await told(options({ sslmode: 'verify-full' }))).toMatch(/^warehouse-tls: .*: self-signed certificate/)
      const ssl_root_certificate = join(folder, 'localhost.pem')
      const session = await bench.open(options({ sslmode: 'verify-full', ssl_root_certificate }))
      const connection = await session.connect()
      expect(await connection.query('select 1 as a')).toEqual([{ a: 1 }])
      const abort = new AbortController()
      const running = connection.query('select pg_sleep(60)', { signal: abort.signal })
      abort.abort(new Error('stop'))
      await expect(running).rejects.toThrow('stop')
    })

    test('a certificate of another name is refused, unless only its signer is asked for', async () => {
      await speakTls('other.example.com')
      const ssl_root_certificate = join(folder, 'other.example.com.pem')
      expect(await told(options({ sslmode: 'verify-full', ssl_root_certificate }))).toMatch(
        /^warehouse-tls: .*Hostname\/IP does not match certificate's altnames/,
      )
      for (const mode of [{ sslmode: 'verify-ca', ssl_root_certificate }, { sslmode: 'require' }]) {
        const connection = await (await bench.open(options(mode))).connect()
        expect(await connection.query('select 1 as a')).toEqual([{ a: 1 }])
      }
      expect(await told(options({ sslmode: 'verify-ca' }))).toMatch(/^warehouse-tls: /)
    })
  })
})
