import { main } from './elt.ts'
import type { Io, TextStream } from './io.ts'

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const

/** The first signal asks the command to stop and record; a second one ends the process at once. */
function interruptible(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(exitCodes[name])
      controller.abort(name)
    })
  }
  return controller.signal
}

function textStream(stream: NodeJS.WriteStream): TextStream {
  return {
    write: (text) => void stream.write(text),
    isTerminal: stream.isTTY === true,
    // A terminal without a size (a container's, some CI systems') says 0.
    columns: stream.columns || 100,
  }
}

/** Runs `elt` as this process: its files, its signals, its exit code. */
export async function start(argv: readonly string[]): Promise<void> {
  // A reader that has enough (`elt ls | head`) closes the pipe: that is no error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0)
    throw error
  })
  const io: Io = {
    cwd: process.cwd(),
    env: process.env,
    stdout: textStream(process.stdout),
    stderr: textStream(process.stderr),
    now: () => Date.now(),
    signal: interruptible(),
  }
  process.exitCode = await main(argv, io)
}
