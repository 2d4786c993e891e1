import { define } from '../define.ts'

const nothingChanged = () => ['nothing was changed']

/** What to do about a connection without trust, by what is in its way. */
const tlsHelp = {
  untrusted: [
    'if an authority of your own signed its certificate: give the target `ssl_root_certificate:`',
    'if the network between is trusted: give the target `sslmode: require` (encrypted, not verified)',
  ],
  absent: [
    'let the server speak TLS, or ask for the address at which it does',
    'if the network between is trusted: give the target `sslmode: disable`, and everything travels as it can be read',
  ],
  demanded: ['give the target `sslmode: verify-full`, or leave `sslmode` out'],
} as const

/** What can go wrong with a warehouse and the ledger in it. Codes are permanent: a published one is never renamed or reused. */
export const adapterCodes = {
  'warehouse-locked': define<{ file: string; pid: number | undefined; program: string | undefined }>({
    severity: 'error',
    message: (p) =>
      p.pid === undefined
        ? `another process holds the warehouse ${p.file}`
        : `process ${p.pid}${p.program ? ` (${p.program})` : ''} holds the warehouse ${p.file}`,
    why: () => 'DuckDB lets one process at a time open a file for writing, and no other may then read it',
    notes: nothingChanged,
    help: (p) => [
      'run the command again when the other process has ended, or with `--wait`',
      ...(p.pid === undefined ? [] : [`see what it is: ps -p ${p.pid} -o pid,etime,args`]),
    ],
    explain:
      'A DuckDB file belongs to the one process that has it open for writing. Another `elt` run, a notebook or the `duckdb` shell that has the file open keeps everyone else out, readers included. Wait for it to end, or close it. Readers that only look may share a file among themselves.',
  }),
  'warehouse-missing': define<{ file: string }>({
    severity: 'error',
    message: (p) => `the warehouse ${p.file} does not exist yet`,
    notes: nothingChanged,
    help: () => ['build it: elt build'],
    explain:
      'A command that only reads was asked to look into a warehouse that has not been made. `elt build` (or `elt run`) makes the file and its folder.',
  }),
  'warehouse-invalid': define<{ file: string; detail: string }>({
    severity: 'error',
    message: (p) => `${p.file} is no DuckDB database`,
    notes: (p) => [p.detail, 'nothing was changed'],
    help: () => ['give the target another `path:` in project.yml, or move the file away'],
    explain:
      'The `path:` of the target names a folder, a file of another kind, or a damaged database. `elt` never overwrites it. Choose another path, or move what is there out of the way.',
  }),
  'warehouse-newer': define<{ file: string; found: number; known: number }>({
    severity: 'error',
    message: (p) => `the warehouse ${p.file} was written by a newer DuckDB (storage version ${p.found})`,
    why: (p) => `this elt reads storage versions up to ${p.known}`,
    notes: nothingChanged,
    help: () => ['install a newer elt: npm install elt-sql@latest'],
    explain:
      "DuckDB's file format has a version, and a release reads its own and older ones. Another program with a newer DuckDB has written this file. Use a newer `elt`, or export the tables with that program.",
  }),
  'warehouse-denied': define<{ file: string; detail: string }>({
    severity: 'error',
    message: (p) => `no permission to open the warehouse ${p.file}`,
    notes: (p) => [p.detail, 'nothing was changed'],
    help: (p) => [`let your user write the file and its folder: ls -ld ${p.file}`],
    explain:
      'The operating system refused to open, or to make, the file that the target names. Opening for writing needs the right to write both the file and its folder.',
  }),
  'warehouse-unreachable': define<{ server: string; reason: string }>({
    severity: 'error',
    message: (p) => `the warehouse at ${p.server} could not be reached: ${p.reason}`,
    notes: nothingChanged,
    help: () => [
      'compare `host:` and `port:` of the target (or its `url:`) with those of the server, and see that it runs',
    ],
    explain:
      'No connection to the server of the target came about: its name is not known, nothing listens there, a network or a firewall is between, or it did not answer within `connect_timeout:` seconds. `elt debug` shows the target and tries it. Exit code 3: it may be worth another try.',
  }),
  'warehouse-busy': define<{ server: string; detail: string }>({
    severity: 'error',
    message: (p) => `the warehouse at ${p.server} lets nobody in for now: ${p.detail}`,
    notes: nothingChanged,
    help: () => ['run the command again in a while; of too many clients, fewer `--threads` need fewer connections'],
    explain:
      'The server answered, but it is starting, stopping, or has as many connections as it allows. A run uses one connection for each of its `--threads`, and two more. Exit code 3: it may be worth another try.',
  }),
  'warehouse-login-refused': define<{ server: string; user: string; detail: string }>({
    severity: 'error',
    message: (p) => `the warehouse at ${p.server} did not let ${p.user} in: ${p.detail}`,
    notes: nothingChanged,
    help: () => [
      "compare `user:`, `password:` and `database:` of the target (or its `url:`) with the server's; write the password as {{ env_var('ELT_SECRET_PASSWORD') }}",
    ],
    explain:
      'The server knows no such user, the password is another, or its rules (`pg_hba.conf`) or the rights on the database keep this user out. Passwords belong into a variable whose name begins with `ELT_SECRET_`: templates cannot read those, and their values are masked wherever `elt` writes.',
  }),
  'warehouse-right-missing': define<{ detail: string; advice: string | undefined }>({
    severity: 'error',
    message: (p) => `the user of the target lacks a right: ${p.detail}`,
    notes: () => ['what was published before stays as it is'],
    help: (p) => [...(p.advice === undefined ? [] : [p.advice]), 'who asks, and where: elt debug'],
    explain:
      'The server let the user of the target in, and then refused what the command needs beside the models: to make schemas, or to read or write the ledger in the schema `elt`. Whoever writes the warehouse needs `create` on the database; whoever only reads it (`elt plan`, `elt show`) needs `usage` on the schema `elt` and `select` on its tables. Of a model, a missing right is told as `engine-error` at its place.',
  }),
  'warehouse-database-missing': define<{ server: string; database: string; user: string }>({
    severity: 'error',
    message: (p) => `the warehouse at ${p.server} has no database ${p.database}`,
    why: () => 'elt makes schemas and tables, never databases',
    notes: nothingChanged,
    help: (p) => [`make it as somebody who may: create database "${p.database}" owner "${p.user}"`],
    explain:
      'The `database:` of the target does not exist on the server. `elt` makes the schemas of the layers and its ledger inside a database that is there; making databases is left to whoever runs the server.',
  }),
  'warehouse-tls': define<{ server: string; detail: string; mode: string; cause: keyof typeof tlsHelp }>({
    severity: 'error',
    message: (p) => `no trusted connection to the warehouse at ${p.server}: ${p.detail}`,
    why: (p) =>
      `\`sslmode\` of the target is ${p.mode}; beyond this machine it is verify-full unless the target says otherwise`,
    notes: nothingChanged,
    help: (p) => tlsHelp[p.cause],
    explain:
      'Passwords and rows travel over the connection, so it is encrypted, and the server proves who it is by a certificate for its name that a known authority has signed. Only connections within one machine go without. `ssl_root_certificate:` names a file of further authorities (cloud services offer theirs for download). `sslmode:` is one of `verify-full`, `verify-ca` (the name may differ), `require` (encrypted, but anybody may answer) and `disable`. A server that takes nothing but TLS refuses `disable`.',
  }),
  'warehouse-gave-up': define<{ detail: string }>({
    severity: 'error',
    message: (p) => `the warehouse gave up: ${p.detail}`,
    notes: () => ['what was published before is recorded with its rows, and stays'],
    help: () => ['when the cause is mended, run the same command again: it does what is missing'],
    explain:
      'In the middle of a command the engine stopped working: the disk is full, or the connection was lost. Nothing is half ' +
      'built: rows and their record are published in one transaction. The next run does what is missing. Exit code 3.',
  }),
  'ledger-gave-up': define<{ detail: string }>({
    severity: 'error',
    message: (p) => `the ledger gave up: ${p.detail}`,
    notes: () => ['what was published without its record is recorded by the next run of its model'],
    help: () => ['when the cause is mended, run the same command again: it does what is missing'],
    explain:
      'The ledger of this target lies in a database of its own, and the connection to it was lost, or it was too busy. Rows are ' +
      'published with a note of what is to be recorded of them, so that nothing is built twice or forgotten. Exit code 3.',
  }),
  'ledger-engine': define<{ type: string; known: readonly string[] }>({
    severity: 'error',
    message: (p) => `a ledger cannot lie in ${p.type === '' ? 'an engine without a `type`' : p.type}`,
    why: () => 'the ledger needs transactions, and connections of several processes at a time',
    notes: () => ['nothing was changed'],
    help: (p) => [`engines that can hold it beside a warehouse: ${p.known.join(', ')}`],
    explain:
      '`ledger:` of a target names the database that keeps what has been built, where it is not the warehouse itself: ' +
      '`ledger: { type: postgres, url: … }`. Leave it out to keep the ledger in the warehouse.',
  }),
  'warehouse-failed': define<{ file: string; detail: string }>({
    severity: 'error',
    message: (p) => `the warehouse ${p.file} could not be opened: ${p.detail}`,
    notes: nothingChanged,
    help: () => ['check the target: elt debug'],
    explain:
      'The engine could not open the warehouse, for the reason it gives. `elt debug` shows the target and tries it.',
  }),
  'ledger-newer': define<{ found: number; known: number }>({
    severity: 'error',
    message: (p) => `the ledger was written by a newer elt (its schema is ${p.found}, this elt knows ${p.known})`,
    notes: nothingChanged,
    help: () => ['install a newer elt: npm install elt-sql@latest'],
    explain:
      'The ledger in schema `elt` records what has been built. A newer `elt` has changed its tables, and an older one could damage what it does not understand, so it refuses. Update `elt`.',
  }),
  'ledger-older': define<{ found: number; known: number }>({
    severity: 'error',
    message: (p) => `the ledger has schema ${p.found} and must be brought to ${p.known} first`,
    why: () => 'this command opens the warehouse only for reading',
    notes: nothingChanged,
    help: () => ['migrate it: elt run'],
    explain:
      'An older `elt` has written the ledger. Any command that writes, such as `elt run`, migrates it; commands that only read cannot.',
  }),
  'lease-held': define<{ node: string; run: string; host: string; pid: number; since: string }>({
    severity: 'error',
    message: (p) => `${p.node} is held by run ${p.run} on host ${p.host} since ${p.since}`,
    why: () => 'the partitions of a model are written by one run at a time',
    notes: (p) => ['nothing was changed', `the other run is process ${p.pid} there`],
    help: () => [
      'run the command again when the other run has ended, or with `--wait`; a run that died is taken over within thirty seconds',
    ],
    explain:
      'A run takes a lease on every model that it writes and prolongs it while it works. Two runs at once would write the same rows twice, so the second stops before it has done anything. The lease of a dead run ends by itself within thirty seconds, and at once where the database sees that its session is gone.',
  }),
  'fence-lost': define<{ node: string }>({
    severity: 'error',
    message: (p) => `another run has taken over ${p.node}`,
    why: () => "this run's lease was no longer its own when it came to publish",
    notes: () => ['what this run staged was not published'],
    help: () => ['run the command again: elt run'],
    explain:
      'A run that is stopped for longer than its lease lasts (a closed laptop, a paused process) may find that another has taken its place. The number of its lease, the fence, then no longer matches, and nothing that it staged is published.',
  }),
  'publication-unknown': define<{ node: string }>({
    severity: 'error',
    message: (p) =>
      `whether ${p.node} was published is not known: the connection was lost while it was being committed`,
    why: () => 'the database could not be asked again, and doing it once more could write rows twice',
    notes: () => ['all of it was published, with its record, or nothing'],
    help: () => [
      'run the command again when the database can be reached: it reads what was recorded, and builds what is missing',
    ],
    explain:
      'When the connection is lost after a COMMIT was sent and before its answer, the transaction may have ended either way. elt then connects again and reads its ledger, which is committed together with the rows, and reports what it says. Only when nobody answers for half a minute is the outcome told as unknown. The next run reads the ledger first, so nothing is lost and nothing written twice.',
  }),
  'relation-owned': define<{ node: string; relation: string; project: string }>({
    severity: 'error',
    message: (p) => `${p.relation}, where ${p.node} is stored, belongs to project ${p.project}`,
    why: () => 'elt never writes what it does not own',
    notes: nothingChanged,
    help: () => ['give the model another `alias:`, or the target another `schema:`'],
    explain:
      'The ledger of this warehouse records the relation as built by another project. Two projects may share a warehouse, but not a table. Choose another alias or schema for one of them.',
  }),
}
