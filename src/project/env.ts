/** Names that templates may read without being listed: `ELT_*`, but nothing secret. */
const open = /^ELT_(?!SECRET_)/

export function isSecretName(name: string): boolean {
  return name.startsWith('ELT_SECRET_')
}

/** Whether templates and properties may read a variable: the default rule, and the names listed under `env:`. */
export function isAllowed(name: string, listed: readonly string[]): boolean {
  return !isSecretName(name) && (open.test(name) || listed.includes(name))
}

/** The part of the environment that templates may read. */
export function templateEnv(
  env: Readonly<Record<string, string | undefined>>,
  listed: readonly string[],
): Readonly<Record<string, string>> {
  const readable = Object.entries(env).filter(([name, value]) => value !== undefined && isAllowed(name, listed))
  return Object.fromEntries(readable) as Record<string, string>
}
