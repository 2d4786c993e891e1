import { Parser } from 'yargs/helpers'
import { type Checked, type Diagnostic, diagnose, hasErrors, nearest } from '../diagnostics/index.ts'
import { type CommandLine, commandLine, locateWord, shellWord } from './command-line.ts'
import {
  type CommandDefinition,
  type CommandName,
  commandDefinitions,
  commandNames,
  isCommandName,
  laterCommands,
} from './commands.ts'
import { type GivenOptions, isOptionName, laterOptions, type OptionName, optionDefinitions } from './options.ts'

/** What the command line asks for, checked for form. */
export interface Invocation {
  readonly command: CommandName
  /** Words that belong to no option, behind the command. */
  readonly words: readonly string[]
  readonly options: GivenOptions
  readonly line: CommandLine
}

type Parsed = Readonly<Record<string, unknown>> & { readonly _: readonly string[] }

const namesOf = (...types: readonly string[]) =>
  (Object.keys(optionDefinitions) as OptionName[]).filter((name) => types.includes(optionDefinitions[name].type))

const shortNames = Object.entries(optionDefinitions).flatMap(([name, { short }]) => (short ? [[name, short]] : []))

/**
 * Cuts the words into options and others. Only the parser of yargs is used: loading the rest costs each command 40 ms, and
 * its validation has words of its own and stumbles over `--constructor`.
 */
function parse(argv: readonly string[]): Parsed {
  const parsed = Parser([...argv], {
    boolean: namesOf('boolean'),
    string: namesOf('text', 'count', 'list'),
    array: namesOf('list'),
    alias: Object.fromEntries(shortNames),
    configuration: {
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'short-option-groups': false,
      'strip-aliased': true,
    },
  })
  return { ...parsed, _: parsed._.map(String) }
}

/** The index of the word that gives an option, in any of its spellings; the last one when it stands several times. */
function indexOf(argv: readonly string[], option: string): number {
  const short = isOptionName(option) ? optionDefinitions[option].short : undefined
  const spellings = [`--${option}`, `-${option}`, ...(short ? [`-${short}`] : [])]
  return argv.findLastIndex((word) => spellings.some((s) => word === s || word.startsWith(`${s}=`)))
}

interface Reading {
  readonly argv: readonly string[]
  readonly line: CommandLine
  readonly command: CommandName
}

function unknownOption({ argv, line, command }: Reading, option: string): Diagnostic {
  const index = indexOf(argv, option)
  const location = locateWord(line, index)
  const written = (argv[index] ?? `--${option}`).replace(/=.*$/s, '')
  const instead = index < 0 ? undefined : dbtOptions.get(option)
  if (instead)
    return diagnose('option-unknown', { option: written, command, similar: undefined, others: [], instead }, location)
  if (laterOptions.has(option)) {
    return diagnose('option-later', { option: written, instead: laterOptions.get(option) }, location)
  }
  const own = commandDefinitions[command].options
  const similar = isOptionName(option) ? undefined : nearest(option, own)
  const others = commandNames.filter((name) => (commandDefinitions[name].options as readonly string[]).includes(option))
  return diagnose('option-unknown', { option: written, command, similar: similar && `--${similar}`, others }, location)
}

/** Commands that judge the project or its tables: what they find has a form for continuous integration. */
const judging: readonly CommandName[] = ['build', 'run', 'plan', 'test', 'compile']

function choicesOf(command: CommandName, option: OptionName): readonly string[] | undefined {
  const { choices } = optionDefinitions[option]
  if (option !== 'output' || !choices) return choices
  if (command === 'ls') return ['text', 'json', 'name', 'path', 'selector']
  return judging.includes(command) ? ['text', 'json', 'sarif', 'github'] : ['text', 'json']
}

/** The value of an option, or what is wrong with it. */
function readValue(
  { argv, line, command }: Reading,
  option: OptionName,
  value: unknown,
): { value: unknown } | Diagnostic {
  const definition = optionDefinitions[option]
  const index = indexOf(argv, option)
  const location = locateWord(line, index)
  const written = `--${option}`
  if (definition.type === 'boolean') {
    const given = /=(.*)$/s.exec(argv[index] ?? '')?.[1] ?? (value === true ? undefined : String(value))
    return given === undefined
      ? { value: true }
      : diagnose('option-value-unwanted', { option: written, value: given }, location)
  }
  if (Array.isArray(value) && definition.type !== 'list') {
    return diagnose('option-repeated', { option: written }, location)
  }
  // An empty variable of a shell must not select everything.
  const isBlank = (given: unknown): boolean => given === undefined || String(given).trim() === ''
  const isMissing = Array.isArray(value) ? value.every(isBlank) : isBlank(value)
  if (isMissing) {
    return diagnose('option-value-missing', { option: written, example: definition.example ?? written }, location)
  }
  if (definition.type === 'list') return { value }
  const text = String(value)
  const invalid = (expected: string, similar?: string) =>
    diagnose(
      'option-value-invalid',
      { option: written, value: text, expected, similar },
      argv[index + 1] === text ? locateWord(line, index + 1) : location,
    )
  if (definition.type === 'count') {
    const least = definition.from ?? 1
    const isFine = /^(0|[1-9]\d{0,5})$/.test(text) && Number(text) >= least
    return isFine ? { value: Number(text) } : invalid(`a whole number from ${least}`)
  }
  const choices = choicesOf(command, option)
  if (choices && !choices.includes(text)) return invalid(choices.join(' or '), nearest(text, choices))
  return { value: text }
}

/** A command that was read as a value of a greedy option, moved to where it belongs. */
function corrected(argv: readonly string[]): string | undefined {
  const index = argv.findIndex(isCommandName)
  const command = argv[index]
  if (command === undefined) return undefined
  return ['elt', command, ...argv.filter((_, i) => i !== index)].map(shellWord).join(' ')
}

function commandOf(argv: readonly string[], line: CommandLine, parsed: Parsed): CommandName | Diagnostic {
  const [command] = parsed._
  if (command === undefined) return diagnose('command-missing', { corrected: corrected(argv) })
  if (isCommandName(command)) return command
  const location = locateWord(line, argv.indexOf(command))
  if (laterCommands.has(command)) return diagnose('command-later', { command }, location)
  const similar = nearest(command, commandNames) ?? commonNames.get(command)
  const instead = dbtCommands.get(command)
  return diagnose('command-unknown', { command, similar, instead, commands: commandNames }, location)
}

/** What to do where dbt has a command. */
const dbtCommands = new Map<string, string>([
  [
    'deps',
    'nothing is downloaded: packages are folders, named in project.yml: `packages: [{ local: packages/shared }]`',
  ],
  ['retry', 'elt build builds what is missing or failed, and nothing else'],
  ['run-operation', 'statements beside the builds are hooks, such as on_run_end: docs/hooks.md'],
  ['clone', 'name a target with a schema of its own in project.yml, and build it: elt build --target <name>'],
])

/** What to write where dbt has an option. */
const dbtOptions = new Map<string, string>([
  ['m', 'it is called `--select`'],
  ['model', 'it is called `--select`'],
  ['models', 'it is called `--select`'],
  ['profiles-dir', 'where it runs is said by `targets:` of project.yml'],
  ['profile', 'where it runs is said by `targets:` of project.yml'],
  ['store-failures', 'queries that find failing rows are always written, to target/failing'],
])

/** What other tools call our commands. */
const commonNames = new Map<string, string>([
  ['list', 'ls'],
  ['parse', 'compile'],
  ['check', 'compile'],
  ['preview', 'show'],
  ['doctor', 'debug'],
  ['new', 'init'],
  ['apply', 'run'],
  ['audit', 'test'],
])

/** Words behind the command are an argument where it takes one; elsewhere they are mistakes, mostly a forgotten `--select`. */
function superfluous({ argv, line, command }: Reading, words: readonly string[]): Diagnostic[] {
  const definition: CommandDefinition = commandDefinitions[command]
  return words.slice(definition.argument ? (definition.mostWords ?? 1) : 0).map((argument) => {
    const takesSelection = (definition.options as readonly string[]).includes('select')
    const correction = takesSelection ? `select models with: elt ${command} --select ${shellWord(argument)}` : undefined
    return diagnose(
      'argument-unexpected',
      { argument, command, correction },
      locateWord(line, argv.lastIndexOf(argument)),
    )
  })
}

/** Reads the words behind `elt`. Every mistake is a diagnostic; nothing is printed. */
export function parseArguments(argv: readonly string[]): Checked<Invocation> {
  const line = commandLine(argv)
  const parsed = parse(argv)
  const command = commandOf(argv, line, parsed)
  if (typeof command !== 'string') return { value: undefined, diagnostics: [command] }
  const reading = { argv, line, command }
  const words = parsed._.slice(1)
  const diagnostics = superfluous(reading, words)
  const options: Record<string, unknown> = {}
  for (const [name, given] of Object.entries(parsed)) {
    if (name === '_' || given === undefined) continue
    if (!isOptionName(name) || !commandDefinitions[command].options.includes(name)) {
      diagnostics.push(unknownOption(reading, name))
      continue
    }
    const read = readValue(reading, name, given)
    if ('value' in read) options[name] = read.value
    else diagnostics.push(read)
  }
  const value = { command, words, options: options as GivenOptions, line }
  return { value: hasErrors(diagnostics) ? undefined : value, diagnostics }
}
