import { type Diagnostic, diagnose, Failure } from '../diagnostics/index.ts'
import { parseArguments } from './arguments.ts'
import { shellWord } from './command-line.ts'
import { commandDefinitions, isCommandName } from './commands.ts'
import type { Context } from './context.ts'
import { exitCode, exitCodeOf, exitCodeOfSignal } from './exit-code.ts'
import { commandHelp, overview } from './help.ts'
import type { Io } from './io.ts'
import { type JunitFile, openJunit } from './junit.ts'
import { type Form, type Output, outputOf } from './output.ts'
import { suggestFor } from './suggestions.ts'
import { version } from './version.ts'

/** Asks for help rather than for a command: `elt`, `elt help plan`, `elt plan --help`. */
function helpOf(argv: readonly string[]): string | undefined {
  const words = argv.filter((word) => !word.startsWith('-'))
  const asks = argv.length === 0 || words[0] === 'help' || argv.some((word) => word === '--help' || word === '-h')
  if (!asks) return undefined
  const name = words.find(isCommandName)
  return name ? commandHelp(name) : overview(version)
}

/** Says what ended a command early; the exit code of DESIGN §12. */
function explainFailure(error: unknown, io: Io, output: Output, debug: boolean): number {
  if (io.signal.aborted) {
    output.progress.write(`interrupted by ${io.signal.reason}\n`)
    return exitCodeOfSignal(io.signal.reason)
  }
  const isOurs = error instanceof Failure
  const detail = error instanceof Error ? error.message : String(error)
  const diagnostics = isOurs ? error.diagnostics : [diagnose('bug', { detail })]
  if (output.json) output.answerJson({ diagnostics })
  output.report(diagnostics)
  if (debug && error instanceof Error) output.progress.write(`${error.stack}\n`)
  return isOurs ? exitCodeOf(diagnostics) : exitCode.bug
}

const forms: readonly Form[] = ['json', 'sarif', 'github']

/** What `--output` asks for, known before the command line is read: its mistakes are told in that form, too. */
function formOf(argv: readonly string[]): Form {
  return (
    forms.find((form) => argv.includes(`--output=${form}`) || argv[argv.indexOf('--output') + 1] === form) ?? 'text'
  )
}

/** What a command is to leave beside its answer. */
interface Asked {
  junit?: { readonly file: JunitFile; readonly isStrict: boolean }
}

async function answer(argv: readonly string[], io: Io, output: Output, asked: Asked): Promise<number> {
  if (argv.includes('--version')) {
    output.answer(`elt ${version}`)
    return exitCode.success
  }
  const help = helpOf(argv)
  if (help !== undefined) {
    output.answer(help)
    return exitCode.success
  }
  const { value, diagnostics } = parseArguments(argv)
  if (!value) throw new Failure(...diagnostics)
  const { command, words, options, line } = value
  output.suggestAs(suggestFor(options))
  if (options.junit !== undefined) {
    asked.junit = { file: openJunit(io, options.junit), isStrict: options['warn-error'] ?? false }
  }
  const { execute } = await commandDefinitions[command].load()
  const context: Context = { io, output, command, words, options, line }
  return await execute(context)
}

function writeJunit(
  { file, isStrict }: NonNullable<Asked['junit']>,
  argv: readonly string[],
  output: Output,
  took: { readonly startedAt: number; readonly milliseconds: number },
): Diagnostic | undefined {
  const command = ['elt', ...argv.map(shellWord)].join(' ')
  return file.write(output.junit({ command, isStrict, ...took }))
}

/** The whole command: reads the words behind `elt`, does what they ask for, and returns the exit code. Never rejects. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const output = outputOf(io, { form: formOf(argv), noColor: argv.includes('--no-color') })
  const startedAt = io.now()
  const asked: Asked = {}
  const code = await answer(argv, io, output, asked).catch((error: unknown) =>
    explainFailure(error, io, output, argv.includes('--debug')),
  )
  const unwritten =
    asked.junit && writeJunit(asked.junit, argv, output, { startedAt, milliseconds: io.now() - startedAt })
  if (unwritten) output.report([unwritten])
  const last = unwritten && code === exitCode.success ? exitCode.mistake : code
  output.finish(last)
  return last
}
