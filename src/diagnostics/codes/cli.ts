import { define } from '../define.ts'

const list = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ')

/** What can go wrong at the command line. Codes are permanent: a published one is never renamed or reused. */
export const cliCodes = {
  bug: define<{ detail: string }>({
    severity: 'error',
    message: (p) => `a bug in elt: ${p.detail}`,
    help: () => ['report it with the command you ran; `--debug` prints the stack'],
    explain: 'Something happened that elt believes cannot happen. Nothing you wrote is at fault. Exit code 70.',
  }),

  'cache-damaged': define<object>({
    severity: 'error',
    message: () => 'a file of target/cache is not what elt wrote',
    notes: () => ['the file was removed; nothing else was changed'],
    help: () => ['run the command again: what was kept is made anew'],
    explain:
      'elt keeps what it compiled in target/cache, so that the next command need not compile it again, and checks what it reads of it. This piece is damaged, or somebody changed it: it was not used.',
  }),

  'command-unknown': define<{
    command: string
    similar: string | undefined
    instead?: string | undefined
    commands: readonly string[]
  }>({
    severity: 'error',
    message: (p) => `elt has no command \`${p.command}\``,
    label: () => 'not a command',
    help: (p) => [
      p.instead ??
        (p.similar
          ? `a command with a similar name exists: \`elt ${p.similar}\``
          : `the commands are ${list(p.commands)}`),
    ],
    explain: 'The first word after `elt` names what to do. `elt --help` lists the commands with one line each.',
  }),

  'command-missing': define<{ corrected: string | undefined }>({
    severity: 'error',
    message: () => 'no command is given',
    help: (p) => [p.corrected ? `write the command first: ${p.corrected}` : '`elt --help` lists the commands'],
    explain:
      'The command line holds options but no command. `--select` and `--exclude` take every word up to the next option, so a command written behind them is read as one of their values: write the command first.',
  }),

  'command-later': define<{ command: string }>({
    severity: 'error',
    message: (p) => `\`elt ${p.command}\` is not part of this version`,
    help: () => ['`elt --help` lists what this version does'],
    explain: 'The command is designed and its name is taken, but this version does not have it yet. Nothing was done.',
  }),

  'option-unknown': define<{
    option: string
    command: string
    similar: string | undefined
    others: readonly string[]
    instead?: string | undefined
  }>({
    severity: 'error',
    message: (p) => `\`elt ${p.command}\` has no option \`${p.option}\``,
    label: () => 'not an option of this command',
    help: (p) => [
      p.instead ??
        (p.similar
          ? `an option with a similar name exists: \`${p.similar}\``
          : p.others.length > 0
            ? `it is an option of ${list(p.others.map((name) => `elt ${name}`))}`
            : `\`elt ${p.command} --help\` lists its options`),
    ],
    explain:
      'Options are checked before anything is read or run, so that a mistyped `--selct` cannot build the whole project.',
  }),

  'option-later': define<{ option: string; instead: string | undefined }>({
    severity: 'error',
    message: (p) => `\`${p.option}\` is not part of this version`,
    help: (p) => (p.instead ? [p.instead] : []),
    explain: 'The option is designed and its name is taken, but this version does not have it yet. Nothing was done.',
  }),

  'option-value-missing': define<{ option: string; example: string }>({
    severity: 'error',
    message: (p) => `\`${p.option}\` needs a value`,
    label: () => 'nothing follows',
    help: (p) => [`for example: ${p.example}`],
    explain:
      'The option takes a value, written behind it or after an equals sign. A value that begins with `-` needs the equals sign.',
  }),

  'option-value-unwanted': define<{ option: string; value: string }>({
    severity: 'error',
    message: (p) => `\`${p.option}\` takes no value, but is given \`${p.value}\``,
    help: (p) => [`write \`${p.option}\` alone, or leave it out`],
    explain: 'The option is a switch: it is there or it is not.',
  }),

  'option-value-invalid': define<{ option: string; value: string; expected: string; similar?: string | undefined }>({
    severity: 'error',
    message: (p) => `\`${p.option}\` cannot be \`${p.value}\``,
    label: (p) => `must be ${p.expected}`,
    help: (p) => [p.similar ? `a similar value exists: \`${p.similar}\`` : `it must be ${p.expected}`],
    explain: 'Every option says in `elt <command> --help` which values it takes.',
  }),

  'option-repeated': define<{ option: string }>({
    severity: 'error',
    message: (p) => `\`${p.option}\` is given twice`,
    label: () => 'the second one',
    help: () => ['keep the one you mean'],
    explain:
      'Options that take one value may stand once: which of two values wins is not guessed. Lists (`--select`, `--exclude`, `--vars`) may be given several times.',
  }),

  'option-conflict': define<{ option: string; other: string; why: string }>({
    severity: 'error',
    message: (p) => `\`${p.option}\` and \`${p.other}\` cannot be given together`,
    why: (p) => p.why,
    help: () => ['keep one of the two'],
    explain: 'The two options ask for different things at the same time.',
  }),

  'argument-unexpected': define<{ argument: string; command: string; correction: string | undefined }>({
    severity: 'error',
    message: (p) => `\`elt ${p.command}\` takes no argument \`${p.argument}\``,
    label: () => 'belongs to no option',
    help: (p) => [p.correction ?? `\`elt ${p.command} --help\` shows what it takes`],
    explain: 'A word on the command line is neither the command nor the value of an option.',
  }),

  'argument-missing': define<{ argument: string; command: string; example: string }>({
    severity: 'error',
    message: (p) => `\`elt ${p.command}\` needs ${p.argument}`,
    help: (p) => [`for example: ${p.example}`],
    explain: 'The command works on something that has to be named.',
  }),

  'clock-in-future': define<{ now: string }>({
    severity: 'error',
    message: (p) => `\`--now\` lies in the future: ${p.now}`,
    why: () => 'partitions that are not over yet would count as complete and be recorded as such',
    help: () => ['add `--yes` if that is what you want'],
    explain:
      '`--now` moves the planner’s clock, to plan as if it were another moment. A moment in the future makes partitions due whose data has not arrived, so it has to be confirmed with `--yes`.',
  }),

  'project-not-found': define<{ directory: string; searched: 'folder' | 'upwards'; ofDbt: boolean }>({
    severity: 'error',
    message: (p) =>
      `there is no project.yml in ${p.directory}${p.searched === 'upwards' ? ' nor in a folder above it' : ''}`,
    help: (p) =>
      p.ofDbt
        ? ['a project of dbt is here: cp dbt_project.yml project.yml']
        : [
            'change into a project, or name it: elt build --project-dir <folder>',
            'start a new project: elt init <folder>',
          ],
    explain:
      'Commands look for `project.yml` in the current folder and then upwards, as git looks for `.git`. `--project-dir` names the folder instead.',
  }),

  'file-unreadable': define<{ path: string; reason: string }>({
    severity: 'error',
    message: (p) => `${p.path} cannot be read: ${p.reason}`,
    help: (p) => [
      p.reason.startsWith('there is no such')
        ? 'look at the path: relative ones begin in the current folder'
        : 'make it readable, or remove it',
    ],
    explain: 'The operating system refused to open a file or folder of the project.',
  }),

  'file-not-utf8': define<{ path: string; encoding: string | undefined }>({
    severity: 'error',
    message: (p) => `${p.path} is not UTF-8 text${p.encoding ? ` but ${p.encoding}` : ''}`,
    why: () => 'guessing an encoding changes names and values silently',
    help: () => ['save the file as UTF-8'],
    explain: 'All files of a project are UTF-8 text. The location is the first byte that is none.',
  }),

  'byte-order-mark': define<{ path: string }>({
    severity: 'warning',
    message: (p) => `${p.path} begins with a byte order mark, which was ignored`,
    help: () => ['save the file as UTF-8 without BOM'],
    explain:
      'Some editors on Windows write three invisible bytes at the beginning of a file. elt ignores them, other tools do not.',
  }),

  'file-too-large': define<{ path: string; bytes: number; limit: number }>({
    severity: 'error',
    message: (p) => `${p.path} has ${p.bytes} bytes; files of a project have at most ${p.limit}`,
    help: () => ['move data into data/, or out of the project: models, properties and macros are small texts'],
    explain: 'A limit keeps a misplaced data file from being parsed as SQL or YAML.',
  }),

  'too-many-files': define<{ limit: number }>({
    severity: 'error',
    message: (p) => `the project has more than ${p.limit} files`,
    help: () => ['point --project-dir at the project itself, and keep generated files out of models/'],
    explain: 'A limit keeps a wrong folder from being read to its end.',
  }),

  'link-leaves-project': define<{ path: string }>({
    severity: 'error',
    message: (p) => `${p.path} is a link to something outside the project`,
    why: () => 'a project must mean the same on every machine, and a pull request must not read files beyond it',
    help: () => ['copy what it points to into the project'],
    explain: 'Symbolic links may point to files inside the project only. The file was not read.',
  }),

  'adapter-unknown': define<{ type: string; similar: string | undefined; known: readonly string[] }>({
    severity: 'error',
    message: (p) => (p.type ? `there is no engine \`${p.type}\`` : 'the target does not say which engine it is'),
    label: () => 'this target',
    help: (p) => [p.similar ? `a similar engine exists: type: ${p.similar}` : `the engines are ${list(p.known)}`],
    explain: 'The `type:` of a target in project.yml names the engine that it runs on.',
  }),

  'target-option-unknown': define<{
    option: string
    type: string
    similar: string | undefined
    known: readonly string[]
  }>({
    severity: 'error',
    message: (p) => `a target of type ${p.type} has no key \`${p.option}\``,
    label: () => 'this target',
    help: (p) => [p.similar ? `a similar key exists: \`${p.similar}\`` : `its keys are ${list(p.known)}`],
    explain: 'Every engine has its own keys under `targets:`; a misspelt one would silently be without effect.',
  }),

  'target-option-missing': define<{ option: string; type: string; help: string }>({
    severity: 'error',
    message: (p) => `a target of type ${p.type} needs the key \`${p.option}\``,
    label: () => 'this target',
    help: (p) => [`add \`${p.option}: …\`: ${p.help}`],
    explain: 'The engine cannot be reached without this setting.',
  }),

  'target-option-type': define<{ option: string; expected: string; found: string }>({
    severity: 'error',
    message: (p) => `\`${p.option}\` of the target must be a ${p.expected}, and is a ${p.found}`,
    label: () => 'this target',
    help: (p) => [`write a ${p.expected}; text that looks like something else needs quotes`],
    explain: 'A setting of the target has a value of another kind than the engine expects.',
  }),

  'target-option-value': define<{ option: string; detail: string; help: string }>({
    severity: 'error',
    message: (p) => `\`${p.option}\` of the target cannot be used: ${p.detail}`,
    notes: () => ['nothing was changed'],
    help: (p) => [p.help],
    explain:
      'A setting of the target is missing or has a value that the engine could not work with. `elt debug` shows the settings of the target.',
  }),

  'target-folder-unwritable': define<{ path: string; reason: string }>({
    severity: 'error',
    message: (p) => `${p.path} cannot be written: ${p.reason}`,
    notes: () => ['the warehouse is not affected'],
    help: () => ['make the folder target/ of the project writable'],
    explain: 'elt writes compiled SQL and results into `target/` of the project.',
  }),

  'report-unwritable': define<{ path: string; reason: string }>({
    severity: 'error',
    message: (p) => `the report ${p.path} cannot be written: ${p.reason}`,
    notes: () => ['the warehouse is not affected'],
    help: () => ['name a file that can be made: --junit target/junit.xml'],
    explain:
      '`--junit <file>` names a file, relative to the current folder. An older one is taken away before the command does anything, and the new one is written when it is over, whatever became of it.',
  }),

  'code-unknown': define<{ code: string; similar: string | undefined }>({
    severity: 'error',
    message: (p) => `there is no error with the code \`${p.code}\``,
    label: () => 'not a code',
    help: (p) => [
      p.similar ? `a code with a similar name exists: elt explain ${p.similar}` : '`elt explain` lists all codes',
    ],
    explain: 'Codes stand in the brackets of an error: `error[ref-not-found]: …`.',
  }),

  'explain-unknown': define<{ word: string; code: string | undefined; model: string | undefined }>({
    severity: 'error',
    message: (p) => `\`${p.word}\` is neither a model of this project nor the code of an error`,
    label: () => 'not known',
    help: (p) => [
      ...(p.model ? [`a model with a similar name exists: elt explain ${p.model}`] : []),
      ...(p.code ? [`a code with a similar name exists: elt explain ${p.code}`] : []),
      ...(p.model || p.code ? [] : ['`elt ls` lists the models, `elt explain` the codes']),
    ],
    explain:
      '`elt explain` takes the code of an error, as it stands in the brackets of `error[ref-not-found]: …`, or the name of a model (`routes`, `analytics.routes`) and one of its partitions (`elt explain daily_carrier_delays 2013-12-02`).',
  }),
  'explain-no-partitions': define<{ model: string; partition: string }>({
    severity: 'error',
    message: (p) => `\`${p.model}\` has no partitions: it is stored as a whole`,
    label: () => 'no partition of it',
    help: (p) => [`leave the partition out: elt explain ${p.model}`],
    explain:
      'Only incremental models with `partition_by` are cut into partitions. Tables and views are built as a whole.',
  }),
  'explain-no-partition': define<{ model: string; text: string; unit: string }>({
    severity: 'error',
    message: (p) => `${p.text} is no partition of \`${p.model}\`, which is cut by the ${p.unit}`,
    help: (p) => [
      `name one: elt explain ${p.model} ${{ hour: '2013-12-02T05:00Z', day: '2013-12-02', month: '2013-12', year: '2013' }[p.unit] ?? '2013-12-02'}`,
    ],
    explain:
      'Partitions are named by dates that the calendar has: `2013-12-02` for a day, `2013-12` for a month. `elt explain <model>` shows which there are.',
  }),

  'schema-unknown': define<{ word: string; similar: string | undefined; known: readonly string[] }>({
    severity: 'error',
    message: (p) => `there is no schema of \`${p.word}\``,
    label: () => 'no kind of file',
    help: (p) => [p.similar ? `write: elt schema ${p.similar}` : `there are schemas of ${p.known.join(', ')}`],
    explain:
      '`elt schema` prints the JSON Schema of one kind of file: `project` (project.yml, the default), `properties` (YAML files below models/) or `selectors` (selectors.yml).',
  }),

  'folder-not-empty': define<{ folder: string; entry: string }>({
    severity: 'error',
    message: (p) => `${p.folder} is not empty: it holds ${p.entry}`,
    notes: () => ['nothing was written'],
    help: () => ['name a new folder: elt init <folder>'],
    explain: '`elt init` writes a whole project, and never over or between what is there.',
  }),

  'no-partition-to-show': define<{ model: string }>({
    severity: 'error',
    message: (p) => `no partition of \`${p.model}\` is due yet, so there is no window to fill in`,
    help: () => ['name one: --partition 2024-01-01'],
    explain:
      'The SQL of a partitioned model is complete only for a window of partitions. `compile` and `show` take the newest due partition; here there is none.',
  }),
}
