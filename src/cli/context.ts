import type { CommandLine } from './command-line.ts'
import type { Io } from './io.ts'
import type { GivenOptions } from './options.ts'
import type { Output } from './output.ts'

/** What a command is given. */
export interface Context {
  readonly io: Io
  readonly output: Output
  readonly command: string
  /** Words behind the command that belong to no option. */
  readonly words: readonly string[]
  readonly options: GivenOptions
  readonly line: CommandLine
}
