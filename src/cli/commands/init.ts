import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { adapterNames } from '../../adapters/index.ts'
import { isTimeZone } from '../../calendar/index.ts'
import { diagnose, Failure, nearest } from '../../diagnostics/index.ts'
import { locateValue, shellWord } from '../command-line.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { type NewProject, newProject } from '../new-project.ts'

/** A name for the project: what was given, else the folder's, with what names may not have replaced. */
function nameOf(context: Context, folder: string): string {
  const { name } = context.options
  const isName = (text: string) => /^[a-z][a-z0-9_]{0,62}$/.test(text)
  if (name !== undefined) {
    if (isName(name)) return name
    const expected = 'lower case letters, digits and _, beginning with a letter'
    throw new Failure(
      diagnose('option-value-invalid', { option: '--name', value: name, expected }, locateValue(context.line, name)),
    )
  }
  const derived = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
  return isName(derived) ? derived : 'warehouse'
}

function requestOf(context: Context, folder: string): NewProject {
  const { options, line } = context
  const { 'time-zone': timeZone = 'UTC', adapter = 'duckdb' } = options
  if (!isTimeZone(timeZone)) {
    const similar = nearest(timeZone, Intl.supportedValuesOf('timeZone'))
    const parameters = { option: '--time-zone', value: timeZone, expected: 'a zone like Asia/Seoul', similar }
    throw new Failure(diagnose('option-value-invalid', parameters, locateValue(line, timeZone)))
  }
  if (!adapterNames.includes(adapter)) {
    const expected = adapterNames.join(' or ')
    const parameters = { option: '--adapter', value: adapter, expected, similar: nearest(adapter, adapterNames) }
    throw new Failure(diagnose('option-value-invalid', parameters, locateValue(line, adapter)))
  }
  return { name: nameOf(context, folder), timeZone, adapter }
}

/** A folder with anything but hidden files in it is never written to. */
function refuseFull(folder: string): void {
  let entries: string[] = []
  try {
    entries = readdirSync(folder)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return
    throw new Failure(diagnose('file-unreadable', { path: folder, reason: message }))
  }
  const [entry] = entries.filter((name) => name !== '.git')
  if (entry !== undefined) throw new Failure(diagnose('folder-not-empty', { folder, entry }))
}

export async function execute(context: Context): Promise<number> {
  const { io, output, words } = context
  const folder = resolve(io.cwd, words[0] ?? '.')
  refuseFull(folder)
  const request = requestOf(context, folder)
  const files = newProject(request)
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text, { flag: 'wx' })
  }
  const place = relative(io.cwd, folder)
  if (output.json) {
    output.answerJson({ ...request, folder, files: [...files.keys()] })
    return exitCode.success
  }
  const lines = [
    `${output.theme.good('✓')} made the project ${request.name}${place ? ` in ${place}` : ''}: 3 models on a week of sample orders`,
    '',
    'next:',
    ...(place ? [`  cd ${shellWord(place)}`] : []),
    '  elt build                         build it; a second build has nothing to do',
    '  elt show --select daily_orders    the newest day',
    '  elt plan                          what would be built, and why',
  ]
  output.answer(lines.join('\n'))
  return exitCode.success
}
