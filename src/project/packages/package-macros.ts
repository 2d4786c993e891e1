import { type Diagnostic, diagnose, type Location, locate, type SourceFile } from '../../diagnostics/index.ts'

/** Where ways of storing a model, which are no macros, begin and end. */
const edge = /\{%-?\s*(?:materialization\s+(\w+)|(endmaterialization)\s*-?%\})/g

/** Most names that one note lists. */
const mostNames = 4

interface Block {
  readonly name: string
  readonly start: number
  readonly end: number
}

/** The materializations of a text that are closed, in one pass: what never ends is read once. */
function blocksIn(text: string): Block[] {
  const blocks: Block[] = []
  let open: Omit<Block, 'end'> | undefined
  for (const { 0: whole, 1: name, 2: closed, index } of text.matchAll(edge)) {
    if (name !== undefined) open ??= { name, start: index }
    else if (open && closed) {
      blocks.push({ ...open, end: index + whole.length })
      open = undefined
    }
  }
  return blocks
}

/**
 * The macro files of a package without its materializations, which mean nothing here, every other character in its place: a
 * package comes as it is, and what it has beside macros must not keep it from being used. One note says what is left out.
 */
export function withoutMaterializations(
  owner: string,
  files: readonly SourceFile[],
  found: Diagnostic[],
): SourceFile[] {
  const names: string[] = []
  let place: Location | undefined
  const kept = files.map((file) => {
    let text = ''
    let done = 0
    for (const { name, start, end } of blocksIn(file.text)) {
      const whole = file.text.slice(start, end)
      place ??= locate(file, start, start + whole.search(/\r?\n|$/))
      names.push(`materialization ${name}`)
      text += file.text.slice(done, start) + whole.replace(/[^\n]/g, ' ')
      done = end
    }
    return done === 0 ? file : { path: file.path, text: text + file.text.slice(done) }
  })
  if (place) {
    const shown = names.slice(0, mostNames).join('`, `')
    const more = names.length > mostNames ? ` (and ${names.length - mostNames} more)` : ''
    const reason = `of the package ${owner} only models, macros and tests are used${more}`
    found.push(diagnose('key-without-effect', { key: shown, reason }, place))
  }
  return kept
}
