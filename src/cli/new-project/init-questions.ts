import { adapterNames, defaultAdapter } from '../../adapters/index.ts'
import { isTimeZone } from '../../calendar/index.ts'
import { diagnose, Failure, nearest } from '../../diagnostics/index.ts'
import { locateValue } from '../command-line.ts'
import type { Context } from '../context.ts'

/** What a person decides about a new project. */
export interface InitAnswers {
  readonly name: string
  readonly timeZone: string
  readonly adapter: string
  /** A folder as it was written, relative to the current one. */
  readonly data: string | undefined
}

/** Something that is wanted: the option that gives it, the question, and what is wrong with an answer. */
interface Wanted {
  readonly option: 'name' | 'time-zone' | 'data' | 'adapter'
  readonly question: string
  readonly byDefault: string
  /** What an answer must be, and a similar one that is; undefined: it is fine. */
  readonly problem: (answer: string) => { readonly expected: string; readonly similar: string | undefined } | undefined
}

const isName = (text: string) => /^[a-z][a-z0-9_]{0,62}$/.test(text)

/** A name out of the folder's, with what names may not have replaced. */
function derivedName(folder: string): string {
  const derived = folder
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
  return isName(derived) ? derived : 'warehouse'
}

function machineZone(): string {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone
  return isTimeZone(zone) ? zone : 'UTC'
}

/** A zone whose city was written alone, or one with a similar name. */
function similarZone(written: string): string | undefined {
  const zones = Intl.supportedValuesOf('timeZone')
  const city = `/${written.trim().replaceAll(' ', '_').toLowerCase()}`
  return zones.find((zone) => zone.toLowerCase().endsWith(city)) ?? nearest(written, zones)
}

const wants = (folder: string): Readonly<Record<'name' | 'timeZone' | 'adapter' | 'data', Wanted>> => ({
  name: {
    option: 'name',
    question: 'name of the project',
    byDefault: derivedName(folder),
    problem: (name) =>
      isName(name)
        ? undefined
        : { expected: 'lower case letters, digits and _, beginning with a letter', similar: undefined },
  },
  timeZone: {
    option: 'time-zone',
    question: 'time zone whose days the partitions are',
    byDefault: machineZone(),
    problem: (zone) =>
      isTimeZone(zone) ? undefined : { expected: 'a zone like Asia/Seoul', similar: similarZone(zone) },
  },
  adapter: {
    option: 'adapter',
    question: `engine: ${adapterNames.join(' or ')}`,
    byDefault: defaultAdapter.name,
    problem: (adapter) =>
      adapterNames.includes(adapter)
        ? undefined
        : { expected: adapterNames.join(' or '), similar: nearest(adapter, adapterNames) },
  },
  data: {
    option: 'data',
    question: 'folder with data files in it (CSV, NDJSON, Parquet); none for a sample',
    byDefault: '',
    problem: () => undefined,
  },
})

/** The answer to one question, asked until it is one. */
async function asked({ output }: Context, ask: NonNullable<Context['io']['ask']>, wanted: Wanted): Promise<string> {
  for (;;) {
    const given = await ask(`${wanted.question}${wanted.byDefault ? ` [${wanted.byDefault}]` : ''}: `)
    if (given === undefined) {
      // The line of the question was left open.
      output.progress.write('\n')
      throw new Failure(diagnose('init-unanswered', {}))
    }
    const answer = given.trim() || wanted.byDefault
    const problem = answer === '' ? undefined : wanted.problem(answer)
    if (!problem) return answer
    const similar = problem.similar ? `, such as ${problem.similar}` : ''
    output.progress.write(`${answer} will not do: it must be ${problem.expected}${similar}\n`)
  }
}

/** What an option says, checked; undefined when it was not given. */
function given({ options, line }: Context, { option, problem }: Wanted): string | undefined {
  const value = options[option]
  const wrong = value === undefined ? undefined : problem(value)
  if (value === undefined || !wrong) return value
  const parameters = { option: `--${option}`, value, ...wrong }
  throw new Failure(diagnose('option-value-invalid', parameters, locateValue(line, value)))
}

/**
 * What is to be made: by options, and for the others by questions to whoever sits at the terminal. `--yes`, CI, and any other
 * input take the defaults.
 */
export async function initAnswers(context: Context, folder: string): Promise<InitAnswers> {
  const { io, options, output } = context
  const wanted = wants(folder)
  const ask = options.yes || io.env.CI || output.json ? undefined : io.ask
  const chosen = {
    name: given(context, wanted.name),
    timeZone: given(context, wanted.timeZone),
    adapter: given(context, wanted.adapter),
    data: given(context, wanted.data),
  }
  if (ask) output.progress.write('Return takes what stands in brackets; Ctrl-C leaves nothing behind.\n')
  const answer = async (key: keyof typeof chosen): Promise<string> =>
    chosen[key] ?? (ask ? await asked(context, ask, wanted[key]) : wanted[key].byDefault)
  const name = await answer('name')
  const timeZone = await answer('timeZone')
  const adapter = await answer('adapter')
  const data = await answer('data')
  return { name, timeZone, adapter, data: data === '' ? undefined : data }
}
