import { diagnose, Failure } from '../diagnostics/index.ts'
import { parseArguments } from './arguments.ts'
import { commandDefinitions, isCommandName } from './commands.ts'
import type { Context } from './context.ts'
import { exitCode, exitCodeOf, exitCodeOfSignal } from './exit-code.ts'
import { commandHelp, overview } from './help.ts'
import type { Io } from './io.ts'
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

async function answer(argv: readonly string[], io: Io, output: Output): Promise<number> {
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
  const { execute } = await commandDefinitions[command].load()
  const context: Context = { io, output, command, words, options, line }
  return await execute(context)
}

/** The whole command: reads the words behind `elt`, does what they ask for, and returns the exit code. Never rejects. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const output = outputOf(io, { form: formOf(argv), noColor: argv.includes('--no-color') })
  const code = await answer(argv, io, output).catch((error: unknown) =>
    explainFailure(error, io, output, argv.includes('--debug')),
  )
  output.finish(code)
  return code
}
