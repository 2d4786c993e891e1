import { type Definition, diagnose, Failure, nearest, registry } from '../../diagnostics/index.ts'
import { locateWord } from '../command-line.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'

type Page = Pick<Definition<never>, 'severity' | 'explain'>

const pages: Readonly<Record<string, Page>> = registry

/** Text broken at spaces into lines of at most so many characters; Markdown's own line breaks stay. */
function wrapped(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => line.replace(new RegExp(`(?![^\\n]{1,${columns}}$)([^\\n]{1,${columns}}) `, 'g'), '$1\n'))
    .join('\n')
}

/** Code in a sentence may hold a colon or a point of its own. */
const firstSentence = (text: string) => /^(?:`[^`]*`|[^`])*?\.(?=\s|$)/s.exec(text)?.[0].replaceAll('\n', ' ') ?? text

function listOfCodes(columns: number): string {
  const codes = Object.keys(pages).sort()
  const width = Math.max(...codes.map((code) => code.length))
  const lines = codes.map((code) => `${code.padEnd(width)}  ${firstSentence(pages[code]?.explain ?? '')}`)
  return lines.map((line) => (line.length > columns ? `${line.slice(0, columns - 1)}…` : line)).join('\n')
}

export async function execute({ io, line, output, words }: Context): Promise<number> {
  const columns = Math.min(io.stdout.columns, 100)
  const [given] = words
  if (given === undefined) {
    if (output.json)
      output.answerJson(
        Object.entries(pages).map(([code, page]) => ({ code, severity: page.severity, explain: page.explain })),
      )
    else output.answer(`${listOfCodes(columns)}\n\nelt explain <code> shows the page of one`)
    return exitCode.success
  }
  const code = given.replace(/^(?:error|warning|note)?\[(.*?)\]?:?$/, '$1')
  const page = Object.hasOwn(pages, code) ? pages[code] : undefined
  if (!page) {
    const similar = nearest(code, Object.keys(pages))
    throw new Failure(diagnose('code-unknown', { code, similar }, locateWord(line, line.words.indexOf(given))))
  }
  if (output.json) output.answerJson({ code, severity: page.severity, explain: page.explain })
  else output.answer(`${output.theme[page.severity](`${page.severity}[${code}]`)}\n\n${wrapped(page.explain, columns)}`)
  return exitCode.success
}
