import { type Diagnostic, diagnose, locate, nearest, type SourceFile } from '../diagnostics/index.ts'
import type { DocsBlock } from './project.ts'

const tag = /\{%-?\s*(docs|enddocs)\b([^%]*)%\}/g

interface Tag {
  readonly kind: string
  readonly name: string
  readonly start: number
  readonly end: number
}

function tagsOf({ text }: SourceFile): Tag[] {
  return [...text.matchAll(tag)].map((match) => ({
    kind: match[1] ?? '',
    name: (match[2] ?? '').replace(/-$/, '').trim(),
    start: match.index,
    end: match.index + match[0].length,
  }))
}

/** The blocks of a Markdown file; tags that do not pair are reported. */
export function readDocs(file: SourceFile, owner: string, found: Diagnostic[]): DocsBlock[] {
  const blocks: DocsBlock[] = []
  const report = (at: Tag, detail: string) =>
    found.push(diagnose('docs-syntax', { detail }, locate(file, at.start, at.end)))
  let open: Tag | undefined
  for (const one of tagsOf(file)) {
    if (one.kind === 'docs') {
      if (open) report(open, `the block \`${open.name}\` is not closed before the next one begins`)
      const isNamed = /^\w+$/.test(one.name)
      if (!isNamed) report(one, `\`${one.name}\` is no name for a block`)
      open = one
    } else if (!open) report(one, 'there is no block to close')
    else {
      const text = file.text.slice(open.end, one.start).trim()
      if (/^\w+$/.test(open.name)) blocks.push({ name: open.name, text, package: owner, path: file.path })
      open = undefined
    }
  }
  if (open) report(open, `the block \`${open.name}\` is not closed`)
  return blocks
}

/** Blocks with a name of their own in their package; the second of two is reported. */
export function distinctDocs(
  blocks: readonly DocsBlock[],
  files: ReadonlyMap<string, SourceFile>,
  found: Diagnostic[],
): DocsBlock[] {
  const first = new Map<string, DocsBlock>()
  for (const block of blocks) {
    const key = `${block.package}.${block.name}`
    const taken = first.get(key)
    const file = files.get(block.path)
    if (!taken) first.set(key, block)
    else if (file) {
      const at = tagsOf(file).filter(({ name }) => name === block.name)
      const place = (taken.path === block.path ? at[1] : undefined) ?? at[0]
      const parameters = { what: 'text of documentation', name: block.name, first: taken.path }
      found.push(diagnose('name-taken', parameters, locate(file, place?.start ?? 0, place?.end ?? 0)))
    }
  }
  return [...first.values()].sort((a, b) =>
    a.package === b.package ? (a.name < b.name ? -1 : 1) : a.package < b.package ? -1 : 1,
  )
}

/** Finds the text that `doc('name')` or `doc('package', 'name')` names, or the nearest name. */
export interface DocsLookUp {
  readonly text: (name: string, owner?: string) => string | undefined
  readonly nearest: (name: string, owner?: string) => string | undefined
}

/** How a package sees all texts: its own first, then the project's, then those of other packages. */
export function docsSeenBy(from: string, project: string, blocks: readonly DocsBlock[]): DocsLookUp {
  const byId = new Map(blocks.map((block) => [`${block.package}.${block.name}`, block.text]))
  const byName = new Map(blocks.map((block) => [block.name, block.text]))
  return {
    text: (name, owner) =>
      owner === undefined
        ? (byId.get(`${from}.${name}`) ?? byId.get(`${project}.${name}`) ?? byName.get(name))
        : byId.get(`${owner}.${name}`),
    nearest: (name, owner) =>
      nearest(
        name,
        blocks.filter((block) => owner === undefined || block.package === owner).map((block) => block.name),
      ),
  }
}
