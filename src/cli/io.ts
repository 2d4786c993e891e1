/** Where text goes. */
export interface TextStream {
  readonly write: (text: string) => void
  readonly isTerminal: boolean
  /** Width of the terminal in characters. */
  readonly columns: number
}

/** Everything outside that the command line touches, so that tests can call it in their own process. */
export interface Io {
  /** Absolute path of the current folder. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: TextStream
  readonly stderr: TextStream
  /** Asks a person and gives the answer, undefined at the end of the input. Absent where nobody sits at a terminal. */
  readonly ask?: (question: string) => Promise<string | undefined>
  /** UTC, milliseconds. */
  readonly now: () => number
  /** Aborted by SIGINT or SIGTERM, with the name of the signal as reason. */
  readonly signal: AbortSignal
}
