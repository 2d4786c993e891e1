/** Reads JUnit's XML as strictly as tools do, and holds it to the schema that Jenkins publishes as junit-10. */

export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
  readonly text: string
}

interface Rule {
  readonly required: readonly string[]
  readonly optional: readonly string[]
  readonly children: readonly string[]
}

const said: Rule = { required: [], optional: ['type', 'message'], children: [] }
const rules: Readonly<Record<string, Rule>> = {
  testsuites: { required: [], optional: ['name', 'time', 'tests', 'failures', 'errors'], children: ['testsuite'] },
  testsuite: {
    required: ['name', 'tests', 'failures', 'errors'],
    optional: ['group', 'time', 'skipped', 'timestamp', 'hostname', 'id', 'package', 'file', 'log', 'url'],
    children: ['testsuite', 'properties', 'testcase', 'system-out', 'system-err'],
  },
  testcase: {
    required: ['name'],
    optional: ['time', 'classname', 'group'],
    children: ['skipped', 'error', 'failure', 'system-out', 'system-err'],
  },
  failure: said,
  error: said,
  skipped: said,
  'system-out': { required: [], optional: [], children: [] },
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#10': '\n', '#9': '\t' }

function unescaped(text: string): string {
  if (/[<>]/.test(text)) throw new Error(`a bracket in the text ${JSON.stringify(text)}`)
  return text.replace(/&([^;]*);?/g, (whole, name: string) => {
    const character = entities[name]
    if (character === undefined) throw new Error(`the entity ${whole}`)
    return character
  })
}

function check({ name, attributes, children }: Element): void {
  const rule = rules[name]
  if (!rule) throw new Error(`the element ${name}`)
  for (const key of rule.required) if (attributes[key] === undefined) throw new Error(`${name} without ${key}`)
  for (const key of Object.keys(attributes)) {
    if (![...rule.required, ...rule.optional].includes(key)) throw new Error(`${name} with ${key}`)
  }
  for (const child of children) if (!rule.children.includes(child.name)) throw new Error(`${child.name} in ${name}`)
  if (attributes.time !== undefined && !/^\d+\.\d{3}$/.test(attributes.time)) throw new Error(`time ${attributes.time}`)
}

/** The report; throws where XML or the schema is broken, or a suite miscounts. */
export function readJunit(xml: string): Element {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has none of them
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u.test(xml)) throw new Error('a character')
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n'
  if (!xml.startsWith(head)) throw new Error('no declaration')
  const open: { name: string; attributes: Record<string, string>; children: Element[]; text: string }[] = [
    { name: '', attributes: {}, children: [], text: '' },
  ]
  const close = (): void => {
    const element = open.pop()
    if (!element) throw new Error('closes nothing')
    check(element)
    open.at(-1)?.children.push(element)
  }
  for (const [whole, tag = '', text = ''] of xml.slice(head.length).matchAll(/<([^<>]*)>|([^<]+)|</g)) {
    const top = open.at(-1)
    if (whole === '<' || !top) throw new Error('a bracket that opens no tag')
    if (tag === '') top.text += unescaped(text)
    else if (tag.startsWith('/')) {
      if (top.name !== tag.slice(1)) throw new Error(`${tag} closes ${top.name}`)
      close()
    } else {
      const [, name = '', rest = '', empty] = /^([\w-]+)((?:\s+[\w-]+="[^"]*")*)\s*(\/)?$/.exec(tag) ?? []
      if (name === '') throw new Error(`the tag ${tag}`)
      const pairs = [...rest.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, unescaped(value)])
      open.push({ name, attributes: Object.fromEntries(pairs), children: [], text: '' })
      if (empty) close()
    }
  }
  const [root] = open[0]?.children ?? []
  if (open.length !== 1 || !root) throw new Error('an element is never closed')
  for (const suite of root.children) {
    const of = (kind: string): number =>
      suite.children.filter((one) => one.children.some((c) => c.name === kind)).length
    const { tests, failures, errors, skipped } = suite.attributes
    const counted = [suite.children.length, of('failure'), of('error'), of('skipped')].join(' ')
    if (counted !== [tests, failures, errors, skipped].join(' ')) throw new Error(`${suite.attributes.name} counts`)
  }
  return root
}

/** What became of each case: `models raw_data.flights: error`. */
export function casesOf(root: Element): string[] {
  return root.children.flatMap((suite) =>
    suite.children.map((one) => {
      const fault = one.children.find(({ name }) => ['failure', 'error', 'skipped'].includes(name))
      return `${suite.attributes.name} ${one.attributes.name}: ${fault?.name ?? 'passed'}`
    }),
  )
}
