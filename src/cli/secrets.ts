/** Values that must never be printed or written to a file. */
export interface Secrets {
  readonly add: (value: string) => void
  /** The text with every secret value replaced by `***`, also where it stands escaped in JSON or in a URL. */
  readonly mask: (text: string) => string
}

/** Shorter values would blank out ordinary words and numbers, and reveal themselves by it. */
const shortestSecret = 4

const secretKey = /password|passwd|secret|token|api_?key|private_?key|credential/i

function spellings(value: string): string[] {
  const oneLine = value.trim()
  return [value, oneLine, JSON.stringify(oneLine).slice(1, -1), encodeURIComponent(oneLine)]
}

export function secretsOf(env: Readonly<Record<string, string | undefined>>): Secrets {
  const values = new Set<string>()
  let longestFirst: string[] = []
  const add = (value: string): void => {
    for (const spelling of spellings(value)) if (spelling.length >= shortestSecret) values.add(spelling)
    longestFirst = [...values].sort((a, b) => b.length - a.length)
  }
  for (const [name, value] of Object.entries(env)) if (name.startsWith('ELT_SECRET_') && value) add(value)
  const mask = (text: string) => longestFirst.reduce((masked, value) => masked.replaceAll(value, '***'), text)
  return { add, mask }
}

/** The secret parts of a target's options: what stands under a key like `password`, and the password of a URL. */
export function secretOptions(options: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(options).flatMap(([key, value]): string[] => {
    if (value !== null && typeof value === 'object') return secretOptions(value as Record<string, unknown>)
    if (typeof value !== 'string' && typeof value !== 'number') return []
    const text = String(value)
    if (secretKey.test(key)) return [text]
    const password = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*?:([^/?#]*)@/i.exec(text)?.[1]
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
