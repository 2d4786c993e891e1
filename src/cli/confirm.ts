import type { Context } from './context.ts'

/** Whether somebody sits at the terminal who can be asked. */
export function canAsk({ io, output }: Context): boolean {
  return io.ask !== undefined && !io.env.CI && !output.json
}

/** Asks whoever sits at the terminal; anything but a plain yes is a no. False where nobody does. */
export async function confirmed(context: Context, what: string): Promise<boolean> {
  if (!canAsk(context)) return false
  const answer = await context.io.ask?.(`${what}: yes or no [no]: `)
  if (answer === undefined) context.output.progress.write('\n')
  return /^\s*y(es)?\s*$/i.test(answer ?? '')
}
