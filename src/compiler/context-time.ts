import { diagnose } from '../diagnostics/index.ts'
import { Arguments } from './arguments.ts'
import { referenceOf } from './context-relations.ts'
import type { Extent, WindowBound } from './deferred.ts'
import type { Subject } from './recording.ts'
import { Callable, fail, locationOf, Printable, type Site } from './template/index.ts'

/** Of itself a model can read what was built before, and nothing else. */
function checkOwn(site: Site, before: Extent, after: Extent): void {
  if (before.count > 0 && after.count === 0) return
  const problem = 'of `this` only partitions before the one being built can be read'
  fail('invalid-argument', { callee: 'partition_filter', problem, help: 'partition_filter(this, before=1)' }, site)
}

/** `partition_filter(upstream, alias=, before=0, after=0)` */
export function partitionFilterFunction(subject: Subject): Callable {
  const parameters = [{ name: 'upstream', required: true }, { name: 'alias' }, { name: 'before' }, { name: 'after' }]
  return new Callable('partition_filter', (call) => {
    const args = new Arguments('partition_filter', parameters, call)
    const upstream = args.get('upstream')
    const { node, isThis } = referenceOf(subject, upstream ?? { value: null, site: call.site }, call)
    const alias = args.identifier('alias')
    const [before, after] = [args.extent('before'), args.extent('after')]
    if (isThis) checkOwn(call.site, before, after)
    const filter = {
      kind: 'filter',
      node,
      ...(alias === undefined ? {} : { alias }),
      ...(isThis ? { isThis } : {}),
      before,
      after,
    } as const
    const text = subject.recording.deferred.mark(filter, call.site)
    return new Printable({ description: 'a partition filter', text, refuse: refused('`partition_filter()`') })
  })
}

/** `m.flight_date`: a column with the alias that SQL would put in front of it. */
const dottedColumn = /^([\p{L}_][\p{L}\p{Nd}_$]*)\.([\p{L}_][\p{L}\p{Nd}_$]*)$/u

/** `in_window(column, alias=)`; the alias may also stand in front of the column, as in SQL. */
export function inWindowFunction(subject: Subject): Callable {
  return new Callable('in_window', (call) => {
    const args = new Arguments('in_window', [{ name: 'column', required: true }, { name: 'alias' }], call)
    const alias = args.identifier('alias')
    const column = args.text('column') ?? ''
    const dotted = dottedColumn.exec(column)
    const bound = args.get('column')
    if (dotted && alias !== undefined && bound) args.refuse(bound, '`column` names an alias, and so does `alias`')
    const qualifier = alias ?? dotted?.[1]
    const text = subject.recording.deferred.mark({
      kind: 'in-window',
      column: dotted?.[2] ?? column,
      ...(qualifier === undefined ? {} : { alias: qualifier }),
    })
    return new Printable({ description: 'a window predicate', text, refuse: refused('`in_window()`') })
  })
}

function refused(what: string): NonNullable<Printable['refuse']> {
  return (use, site) =>
    diagnose('known-when-run', { what, use: use === 'truth' ? 'branched on' : 'compared' }, locationOf(site))
}

const bounds: Readonly<Record<string, Pick<WindowBound, 'bound' | 'instant'>>> = {
  start: { bound: 'start', instant: false },
  end: { bound: 'end', instant: false },
  start_instant: { bound: 'start', instant: true },
  end_instant: { bound: 'end', instant: true },
}

/** `window`, with `start`, `end`, `start_instant` and `end_instant`. */
export function windowObject(subject: Subject): Printable {
  const members = Object.entries(bounds).map(([name, bound]) => {
    const what = `\`window.${name}\``
    const text = subject.recording.deferred.mark({ kind: 'window', ...bound })
    return [name, new Printable({ description: what, text, refuse: refused(what) })] as const
  })
  return new Printable({ description: '`window`', members: new Map(members), refuse: refused('`window`') })
}

/** `local_date(expression)`: the date of an instant in the project's zone, in the engine's SQL. */
export function localDateFunction(subject: Subject): Callable {
  const { dialect, project } = subject.surroundings
  return new Callable('local_date', (call) => {
    const args = new Arguments('local_date', [{ name: 'expression', required: true }], call)
    subject.recording.usesTimeZone = true
    return dialect.localDate(args.text('expression') ?? '', project.timeZone)
  })
}
