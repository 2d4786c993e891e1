import { type CommandName, commandDefinitions, commandNames } from './commands.ts'
import { optionDefinitions } from './options.ts'

/** Lines in two columns, the first as wide as its widest cell. */
function twoColumns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}   ${right}`.trimEnd()).join('\n')
}

/** `elt --help`: what there is. */
export function overview(version: string): string {
  return [
    `elt ${version} — SQL models, built by date partition, asserted before readers see them`,
    '',
    'usage: elt <command> [options]',
    '',
    twoColumns(commandNames.map((name) => [name, commandDefinitions[name].summary] as const)),
    '',
    'examples:',
    twoColumns([
      ['elt init shop', 'make a new project'],
      ['elt build', 'build what is due, and assert it'],
      ['elt plan --select analytics+', 'see what would be built, and why'],
      ['elt <command> --help', 'options and examples of a command'],
    ]),
  ].join('\n')
}

function optionList(name: CommandName): string {
  return twoColumns(
    commandDefinitions[name].options.map((option) => {
      const { short, value, help } = optionDefinitions[option]
      return [`${short ? `-${short}, ` : '    '}--${option}${value ? ` ${value}` : ''}`, help] as const
    }),
  )
}

/** `elt <command> --help`. */
export function commandHelp(name: CommandName): string {
  const { description, argument, examples } = commandDefinitions[name]
  return [
    `usage: elt ${name}${argument ? ` ${argument}` : ''} [options]`,
    '',
    description,
    '',
    'options:',
    optionList(name),
    '',
    'examples:',
    twoColumns(examples),
  ].join('\n')
}
