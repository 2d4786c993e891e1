import { type Definition, diagnose, Failure, nearest, registry } from '../../diagnostics/index.ts'
import { locateWord } from '../command-line.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { isInProject } from '../find-project.ts'

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

function explainCodes({ io, output }: Context): number {
  if (output.json)
    output.answerJson(
      Object.entries(pages).map(([code, page]) => ({ code, severity: page.severity, explain: page.explain })),
    )
  else
    output.answer(
      `${listOfCodes(Math.min(io.stdout.columns, 100))}\n\nelt explain <code> shows the page of one, elt explain <model> what is known of a model`,
    )
  return exitCode.success
}

function explainCode({ io, output }: Context, code: string, page: Page): number {
  const columns = Math.min(io.stdout.columns, 100)
  if (output.json) output.answerJson({ code, severity: page.severity, explain: page.explain })
  else output.answer(`${output.theme[page.severity](`${page.severity}[${code}]`)}\n\n${wrapped(page.explain, columns)}`)
  return exitCode.success
}

/** What is no code may be a model; outside of a project it is a code that does not exist. */
async function explainOther(context: Context, given: string, code: string): Promise<number> {
  const { io, line, options, words } = context
  const place = locateWord(line, line.words.indexOf(given))
  const similar = nearest(code, Object.keys(pages))
  if (!isInProject(io.cwd, options['project-dir']))
    throw new Failure(diagnose('code-unknown', { code, similar }, place))
  const { loadGraph } = await import('../load.ts')
  const compiled = await loadGraph(context)
  const { models } = compiled.graph
  const model = models.find(({ id, name }) => id === given || name === given)
  if (model) return (await import('../explain-model.ts')).explainModel(context, compiled, model, words[1])
  const names = models.flatMap(({ id, name }) => (given.includes('.') ? [id] : [name]))
  throw new Failure(diagnose('explain-unknown', { word: given, code: similar, model: nearest(given, names) }, place))
}

export async function execute(context: Context): Promise<number> {
  const [given, second] = context.words
  if (given === undefined) return explainCodes(context)
  const code = given.replace(/^(?:error|warning|note)?\[(.*?)\]?:?$/, '$1')
  const page = Object.hasOwn(pages, code) ? pages[code] : undefined
  if (!page) return explainOther(context, given, code)
  if (second !== undefined) {
    const parameters = {
      argument: second,
      command: 'explain' as const,
      correction: `leave it out: elt explain ${code}`,
    }
    throw new Failure(
      diagnose('argument-unexpected', parameters, locateWord(context.line, context.line.words.lastIndexOf(second))),
    )
  }
  return explainCode(context, code, page)
}
