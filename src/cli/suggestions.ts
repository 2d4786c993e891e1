import { shellWord } from './command-line.ts'
import { commandDefinitions, commandNames } from './commands.ts'
import type { GivenOptions } from './options.ts'
import type { Suggest } from './output.ts'

const placed = commandNames.filter((name) => commandDefinitions[name].options.includes('target'))
/** A command of a text that does not say itself where it runs. */
const command = new RegExp(
  `\\belt (${placed.join('|')})(?=[\\s\`,;:)]|$)(?![^\`\\n]* (?:-t|--target|--project-dir)\\b)`,
  'g',
)

/** Commands are suggested for the project and the target of this command line: pasted elsewhere, they would do something else. */
export function suggestFor({ target, 'project-dir': folder }: GivenOptions): Suggest {
  const words = [
    ...(target === undefined ? [] : ['--target', target]),
    ...(folder === undefined ? [] : ['--project-dir', folder]),
  ]
  if (words.length === 0) return (text) => text
  const where = words.map(shellWord).join(' ')
  return (text) => text.replace(command, (_, name: string) => `elt ${name} ${where}`)
}
