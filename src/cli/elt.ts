import { diagnose, Failure } from '../diagnostics/index.ts'
import { parseArguments } from './arguments.ts'
import { commandDefinitions, isCommandName } from './commands.ts'
import type { Context } from './context.ts'
import { exitCode, exitCodeOf, exitCodeOfSignal } from './exit-code.ts'
import { commandHelp, overview } from './help.ts'
import type { Io } from './io.ts'
import { type Output, outputOf } from './output.ts'
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

/** The whole command: reads the words behind `elt`, does what they ask for, and returns the exit code. Never rejects. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const given = (option: string) => argv.includes(option)
  const asksJson = given('--output=json') || argv[argv.indexOf('--output') + 1] === 'json'
  const output = outputOf(io, { json: asksJson, noColor: given('--no-color') })
  try {
    if (given('--version')) {
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
    const { execute } = await commandDefinitions[command].load()
    const context: Context = { io, output, command, words, options, line }
    return await execute(context)
  } catch (error) {
    return explainFailure(error, io, output, given('--debug'))
  }
}
