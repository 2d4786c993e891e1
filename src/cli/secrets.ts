/** Values that must never be printed or written to a file. */
export interface Secrets {
  readonly add: (value: string) => void
  /** The text with every secret value replaced by `***`, also where it stands escaped in JSON or in a URL. */
  readonly mask: (text: string) => string
}

/** Shorter values would blank out ordinary words and numbers, and reveal themselves by it. */
const shortestSecret = 4

const secretKey = /password|passwd|secret|token|api_?key|private_?key|credential/i

/** Lines of a key file are secrets of their own: frames and logs show line by line. */
const shortestLine = 12

/** What a value becomes inside longer base64, where its first and last characters depend on what surrounds it. */
function base64Cores(value: string): string[] {
  return [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)])
    const text = bytes.toString('base64').replace(/=+$/, '')
    const complete = bytes.length % 3 === 0 ? text : text.slice(0, -1)
    return complete.slice(before === 0 ? 0 : before + 1)
  })
}

/** Shorter pieces of base64 are met by chance. */
const shortestCore = 6

/** As part of a name, like those of tests in artifacts, which name their arguments; short ones are met by chance. */
function asName(value: string): string[] {
  const name = value.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_|_$/g, '')
  return name.length >= shortestName ? [name] : []
}

const shortestName = 8

function spellings(value: string): string[] {
  const oneLine = value.trim()
  const wellFormed = Buffer.from(oneLine).toString()
  const url = encodeURIComponent(wellFormed)
  const lowerCase = url.replace(/%[\dA-F]{2}/g, (code) => code.toLowerCase())
  const cores = base64Cores(oneLine).filter((core) => core.length >= shortestCore)
  const lines = oneLine.split(/\r?\n/).map((line) => line.trim())
  return [
    value,
    oneLine,
    ...(lines.length > 1 ? lines.filter((line) => line.length >= shortestLine) : []),
    JSON.stringify(oneLine).slice(1, -1),
    oneLine.replaceAll("'", "''"),
    url,
    lowerCase,
    encodeURI(wellFormed),
    url.replaceAll('%20', '+'),
    ...asName(oneLine),
    ...cores,
    ...cores.map((core) => core.replaceAll('+', '-').replaceAll('/', '_')),
  ]
}

export function secretsOf(env: Readonly<Record<string, string | undefined>>): Secrets {
  const values = new Set<string>()
  let longestFirst: string[] = []
  const add = (value: string): void => {
    if (value === '') return
    for (const spelling of spellings(value)) if (spelling.length >= shortestSecret) values.add(spelling)
    longestFirst = [...values].sort((a, b) => b.length - a.length)
  }
  for (const [name, value] of Object.entries(env)) if (name.startsWith('ELT_SECRET_') && value) add(value)
  const mask = (text: string) => longestFirst.reduce((masked, value) => masked.replaceAll(value, '***'), text)
  return { add, mask }
}

export function isSecretKey(key: string): boolean {
  return secretKey.test(key)
}

/**
 * The secrets that stand in project.yml, or in variables that it reads under a name like `password`, found without reading
 * it as YAML: what is wrong with the file is shown with lines of it.
 */
export function secretsInText(text: string, env: Readonly<Record<string, string | undefined>>): string[] {
  // Looking back keeps each pattern from starting at every letter of a long word: that takes minutes.
  const values = [...text.matchAll(/(?<![\w-])([\w-]+)["']?\s*:[ \t]*("[^"\n]*"|'[^'\n]*'|[^\s,}#{[][^\n,}]*)/g)]
  const written = values
    .filter(([, key = '', value = '']) => secretKey.test(key) && !/^[|>&*]|\{\{/.test(value))
    .map(([, , value = '']) => value.trim().replace(/^(["'])(.*)\1$/, '$2'))
  const passwords = [...text.matchAll(/[a-z\d+.-]:\/\/[^/?#\s"':]*:([^/?#\s"'@]+)@/gi)].map(
    ([, password = '']) => password,
  )
  const names = [...text.matchAll(/\{\{-?\s*env_var\s*\(\s*["']([^"']+)["']/g)]
    .filter(({ 1: name = '', index }) => secretKey.test(name) || secretKey.test(keyBefore(text, index)))
    .map(([, name = '']) => env[name] ?? '')
  return [...written.filter(isTelling), ...passwords.flatMap((password) => [password, decoded(password)]), ...names]
}

/** Longer keys, or keys farther away, are none. */
const farthestKey = 200

/** The key whose value begins at a place of YAML, if one does. */
function keyBefore(text: string, index: number): string {
  const before = text
    .slice(Math.max(0, index - farthestKey), index)
    .replace(/["']$/, '')
    .trimEnd()
  return /([\w-]+)["']?$/.exec(before.replace(/:$/, '').trimEnd())?.[1] ?? ''
}

/** Settings such as `token_limit: 5000` are no secrets, and hiding them would blank out ordinary words and numbers. */
function isTelling(value: string): boolean {
  return !/^(?:true|false|null|yes|no|none|-?[\d.]{1,7})$/i.test(value)
}

/** The values of `--vars` with names of secrets. */
export function secretVars(vars: Readonly<Record<string, unknown>>): string[] {
  return secretOptions(vars).filter(isTelling)
}

/** The secret parts of a target's options: what stands under a key like `password`, and the password of a URL. */
export function secretOptions(options: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(options).flatMap(([key, value]): string[] => {
    if (value !== null && typeof value === 'object') return secretOptions(value as Record<string, unknown>)
    if (typeof value !== 'string' && typeof value !== 'number') return []
    const text = String(value)
    if (secretKey.test(key)) return [text]
    const password = /^[a-z][a-z\d+.-]*:\/\/[^/?#:]*:([^/?#]*)@/i.exec(text)?.[1]
    const parameters = [...text.matchAll(/[?&;]([\w.-]+)=([^&;#\s]+)/g)].filter(([, name = '']) => secretKey.test(name))
    const found = [...(password ? [password] : []), ...parameters.map(([, , secret = '']) => secret)]
    return found.flatMap((secret) => [secret, decoded(secret)])
  })
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
