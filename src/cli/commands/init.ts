import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { adapterOf, defaultAdapter } from '../../adapters/index.ts'
import { bug, diagnose, Failure } from '../../diagnostics/index.ts'
import { count } from '../../reports/index.ts'
import { locateValue, shellWord } from '../command-line.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { findData, type InitAnswers, initAnswers, type NewProject, newProject } from '../new-project/index.ts'

/** What may lie in the folder of a new project: what comes with a fresh repository. */
const harmless = /^(?:\.git|\.github|\.gitattributes|\.editorconfig|\.DS_Store|\.venv|LICEN[CS]E.*)$/i

/** Refuses a folder that holds anything else, but for the data that the project is made around. */
function refuseFull(folder: string, data: string | undefined): void {
  let entries: string[] = []
  try {
    entries = readdirSync(folder)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return
    throw new Failure(diagnose('file-unreadable', { path: folder, reason: message }))
  }
  const dbt = entries.find((name) => /^dbt_project\.ya?ml$/.test(name))
  if (dbt) throw new Failure(diagnose('init-dbt-project', { folder, file: dbt }))
  const ofData = data === undefined ? undefined : relative(folder, data).split(sep)[0]
  const [entry] = entries.filter((name) => name !== ofData && !harmless.test(name))
  if (entry !== undefined) throw new Failure(diagnose('folder-not-empty', { folder, entry }))
}

/** The folder of the data as an absolute path; it has to lie in the project, and be there. */
function dataFolder({ io, line }: Context, project: string, data: string): string {
  const folder = resolve(io.cwd, data)
  const below = relative(project, folder)
  const place = locateValue(line, data)
  if (below === '' || below.startsWith('..') || resolve(project, below) !== folder) {
    const around = relative(io.cwd, dirname(folder)) || '.'
    const parameters = { data, folder: shellWord(around), project: relative(io.cwd, project) || '.' }
    throw new Failure(diagnose('init-data-outside', parameters, place))
  }
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder
  throw new Failure(diagnose('file-unreadable', { path: data, reason: 'there is no such folder' }, place))
}

/** Answers as a project, with what was found among the data files. */
async function requestOf(context: Context, project: string, answers: InitAnswers): Promise<NewProject> {
  const { name, timeZone, adapter, data } = answers
  const engine = adapterOf(adapter) ?? bug(`no engine ${adapter}`)
  if (data === undefined) return { name, timeZone, engine }
  const folder = dataFolder(context, project, data)
  // Files are looked into with the engine that is always there, whatever the target's is.
  const inferFiles = defaultAdapter.inferFiles ?? bug('no engine looks into files')
  return { name, timeZone, engine, data: await findData({ project, folder }, inferFiles, timeZone) }
}

/** Writes all files, without a pause in which an interruption could leave some of them. */
function write(folder: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text, { flag: 'wx' })
  }
}

/** What was found among the files, a line a table. */
function foundLines({ data }: NewProject): string[] {
  const sources = data?.sources ?? []
  const width = Math.max(0, ...sources.map(({ name }) => name.length))
  return sources.map(({ name, pattern, files, columns, event, unit }) => {
    const cut = event
      ? `by ${unit === 'month' ? 'month' : 'day'}, on ${event.column}`
      : unit
        ? 'as a whole: no time column agrees with the dates of the paths'
        : 'as a whole'
    return `  ${name.padEnd(width)}  ${count(files.length, 'file')}, ${count(columns.length, 'column')}, loaded ${cut}   ${pattern}`
  })
}

export async function execute(context: Context): Promise<number> {
  const { io, output, words, options } = context
  const folder = resolve(io.cwd, words[0] ?? '.')
  const place = relative(io.cwd, folder)
  // Before anything is asked: who cannot be helped here should not have to answer first.
  const early = options.data ?? (io.ask && !options.yes ? undefined : '')
  if (early !== undefined) refuseFull(folder, early === '' ? undefined : resolve(io.cwd, early))
  const answers = await initAnswers(context, basename(folder))
  refuseFull(folder, answers.data === undefined ? undefined : resolve(io.cwd, answers.data))
  const request = await requestOf(context, folder, answers)
  const files = newProject(request)
  write(folder, files)
  if (output.json) {
    const { data, engine, ...rest } = request
    const sources = data?.sources.map(({ name, pattern, columns, event }) => ({
      name,
      files: pattern,
      columns,
      event: event ?? null,
    }))
    output.answerJson({
      ...rest,
      adapter: engine.name,
      folder,
      ...(sources ? { sources } : {}),
      files: [...files.keys()],
    })
    return exitCode.success
  }
  const models = [...files.keys()].filter((path) => path.endsWith('.sql'))
  const first = models.find((path) => path.startsWith('models/analytics/daily')) ?? models[0] ?? ''
  const what = request.data
    ? `${count(models.length, 'model')} on your files`
    : `${count(models.length, 'model')} on a week of sample orders`
  const show = `elt show --select ${basename(first, '.sql')}`
  const wide = Math.max(show.length, 30)
  output.answer(
    [
      `${output.theme.good('✓')} made the project ${request.name}${place ? ` in ${place}` : ''}: ${what}`,
      ...foundLines(request),
      '',
      'next:',
      ...(place ? [`  cd ${shellWord(place)}`] : []),
      ...Object.entries(request.engine.newTarget.variables).map(
        ([name, example]) => `  ${`export ${name}=…`.padEnd(wide)}    like ${example}; elt debug tries it`,
      ),
      `  ${'elt build'.padEnd(wide)}    build it; a second build has nothing to do`,
      `  ${show.padEnd(wide)}    ${first.includes('/daily') ? 'the newest day' : 'some rows'}`,
      `  ${'elt plan'.padEnd(wide)}    what would be built, and why`,
    ].join('\n'),
  )
  return exitCode.success
}
