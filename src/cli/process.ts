import { main } from './elt.ts'
import type { Io, TextStream } from './io.ts'

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/** The first signal (a closed terminal sends one, too) asks the command to stop and record; a second one ends the process at once. */
function interruptible(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
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

/** A way to ask whoever sits at the terminal; none where input or output is something else. */
function asker(signal: AbortSignal): Io['ask'] {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined
  return async (question) => {
    const { createInterface } = await import('node:readline/promises')
    const terminal = createInterface({ input: process.stdin, output: process.stderr })
    // While a line is edited, Ctrl-C is a key like any other: it is made the signal that it stands for.
    terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    const ended = new Promise<undefined>((resolve) => terminal.once('close', () => resolve(undefined)))
    try {
      return await Promise.race([terminal.question(question, { signal }), ended])
    } finally {
      terminal.close()
    }
  }
}

/** Runs `elt` as this process: its files, its signals, its exit code. */
export async function start(argv: readonly string[]): Promise<void> {
  const signal = interruptible()
  // A reader that has enough (`elt ls | head`) closes the pipe: that is no error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (signal.aborted) return
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0)
    throw error
  })
  // A terminal that was closed takes no more words. What was begun is to be recorded all the same.
  process.stderr.on('error', () => undefined)
  const ask = asker(signal)
  const io: Io = {
    cwd: process.cwd(),
    env: process.env,
    stdout: textStream(process.stdout),
    stderr: textStream(process.stderr),
    now: () => Date.now(),
    signal,
    ...(ask ? { ask } : {}),
  }
  process.exitCode = await main(argv, io)
}
