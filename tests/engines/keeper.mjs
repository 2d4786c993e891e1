/**
 * Keeps one Postgres server for as long as its standard input is open: whoever started it may end in any way, even by a kill,
 * and the server and its files go. Given by a JSON argument: `{ bin }`, a folder of a server's programs. Prints one line of JSON,
 * `{ "url" }` or `{ "error" }`. A line on its standard input restarts the server, and is answered by another such line: `fast`
 * ends the sessions first, `immediate` is a crash.
 *
 * A server refuses to run as root. Started by root, it runs as `nobody`, in a folder that this user can enter; programs that it
 * cannot reach (those of a package below root's home), or that lack the links to their libraries, are copied there.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

const { bin } = JSON.parse(process.argv[2] ?? '{}')

/** Whoever the server runs as: the user of this process, or `nobody` instead of root. */
function serverUser() {
  if (process.getuid?.() !== 0) return {}
  const number = (option) => Number(execFileSync('id', [option, 'nobody'], { encoding: 'utf8' }))
  return { uid: number('-u'), gid: number('-g') }
}

/** Whether every user can enter the folder; what root sees tells nothing about `nobody`. */
function isOpen(folder) {
  const isEnterable = (statSync(folder).mode & 0o001) !== 0
  return isEnterable && (dirname(folder) === folder || isOpen(dirname(folder)))
}

function newFolder(user) {
  const places = [tmpdir(), '/tmp', '/var/tmp'].filter((place) => existsSync(place))
  const place = places.find((one) => user.uid === undefined || isOpen(realpathSync(one)))
  if (place === undefined) throw new Error(`no folder for temporary files that another user can enter (${places})`)
  const folder = mkdtempSync(join(realpathSync(place), 'elt-postgres-'))
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid)
  return folder
}

/** The links of the package's libraries by path; made when it is installed, where its script is allowed to run. */
function libraryLinks(native) {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return []
  const links = JSON.parse(readFileSync(list, 'utf8'))
  return links.map(({ source, target }) => ({ path: join(dirname(native), target), to: basename(source) }))
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The programs, at a place and in a state in which the user can run them. */
function runnable(folder, user) {
  const native = dirname(bin)
  const isReachable = user.uid === undefined || isOpen(realpathSync(bin))
  const isWhole = libraryLinks(native).every(({ path }) => existsSync(path)) && isExecutable(join(bin, 'initdb'))
  if (isReachable && isWhole) return bin
  const copy = join(folder, 'package', 'native')
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  for (const { path, to } of libraryLinks(copy)) if (!existsSync(path)) symlinkSync(to, path)
  for (const program of readdirSync(join(copy, 'bin'))) chmodSync(join(copy, 'bin', program), 0o755)
  return join(copy, 'bin')
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

const environment = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }

function makeCluster(programs, data, user) {
  const options = ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--no-sync']
  const failures = []
  for (const locale of ['C.UTF-8', 'C']) {
    rmSync(data, { recursive: true, force: true })
    const made = spawnSync(join(programs, 'initdb'), [...options, `--locale=${locale}`], {
      ...user,
      cwd: '/',
      env: environment,
      encoding: 'utf8',
    })
    if (made.status === 0) return
    failures.push(made.error?.message ?? made.stderr.trim())
  }
  throw new Error(`initdb: ${failures[0]}`)
}

/** Starts the server and resolves with it when it takes connections. */
async function startServer(programs, data, user, port) {
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', 'max_connections=300']
  const server = spawn(
    join(programs, 'postgres'),
    ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    // In a process group of its own: Ctrl-C at the terminal is for the tests, which still use the server while they end.
    { ...user, cwd: '/', env: environment, stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  )
  await new Promise((resolve, reject) => {
    let said = ''
    server.once('error', reject)
    server.once('exit', () => reject(new Error(`the server ended: ${said.trim()}`)))
    server.stderr.setEncoding('utf8').on('data', (text) => {
      said = `${said}${text}`.slice(-2000)
      if (text.includes('ready to accept connections')) resolve(undefined)
    })
  })
  return server
}

function stopServer(server, signal) {
  if (server.exitCode !== null) return Promise.resolve()
  const gone = new Promise((resolve) => server.once('exit', resolve))
  server.kill(signal)
  return gone
}

const signals = { fast: 'SIGINT', immediate: 'SIGQUIT' }

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})

let folder
let running
try {
  const user = serverUser()
  folder = newFolder(user)
  const programs = runnable(folder, user)
  const data = join(folder, 'data')
  const port = await freePort()
  const start = async () => {
    running = await startServer(programs, data, user, port)
    console.log(JSON.stringify({ url: `postgres://postgres@127.0.0.1:${port}/postgres` }))
  }
  makeCluster(programs, data, user)
  await start()
  for await (const line of createInterface({ input: process.stdin })) {
    await stopServer(running, signals[line])
    await start()
  }
} catch (error) {
  console.log(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }))
}
// Nobody reads these files again.
if (running) await stopServer(running, 'SIGQUIT')
if (folder) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
