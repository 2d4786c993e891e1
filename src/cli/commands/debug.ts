import { Failure, renderDiagnostic } from '../../diagnostics/index.ts'
import { storedModels } from '../../planner/index.ts'
import { count } from '../../reports/index.ts'
import type { Context } from '../context.ts'
import { exitCode, exitCodeOf } from '../exit-code.ts'
import { type Compiled, loadGraph } from '../load.ts'
import { isSecretKey } from '../secrets.ts'
import { type Verification, verification } from '../verifying.ts'
import { version } from '../version.ts'
import { isMissing, withWarehouse } from '../warehouse.ts'

/** One thing that was looked at, and what was found. */
interface Finding {
  readonly name: string
  readonly text: string
  readonly ok: boolean
}

function environment(): Finding {
  const text = `${version}, Node ${process.version}, ${process.platform} ${process.arch}`
  return { name: 'elt', text, ok: true }
}

function projectFindings({ directory, project, graph }: Compiled): Finding[] {
  const { name, type, options, ledger } = project.target
  const counted = [
    count(graph.models.length, 'model'),
    count(graph.sources.length, 'source'),
    count(graph.assertions.length, 'assertion'),
  ].join(', ')
  // Passwords too short to be masked wherever they stand are masked here.
  const open = (value: unknown) => (JSON.stringify(value) ?? '').replace(/(:\/\/[^/?#:]*:)[^/?#]*@/, '$1***@')
  const shown = ([key, value]: [string, unknown]) => `${key}: ${isSecretKey(key) ? '***' : open(value)}`
  const settings = (of: Readonly<Record<string, unknown>>) => Object.entries(of).map(shown)
  const place = ledger
    ? [`in a database of its own (${ledger.type})`, ...settings(ledger.options)]
    : ['in the warehouse, schema elt']
  return [
    { name: 'project', text: `${project.name} in ${directory}, zone ${project.timeZone}`, ok: true },
    { name: 'compiles', text: counted, ok: true },
    { name: 'target', text: [`${name} (${type})`, ...settings(options)].join(', '), ok: true },
    { name: 'ledger', text: place.join(', '), ok: true },
  ]
}

/** Opens the warehouse and looks at its ledger; a failure is a finding, and its exit code the command's. */
async function warehouseFinding(context: Context, compiled: Compiled): Promise<{ finding: Finding; code: number }> {
  const name = 'warehouse'
  try {
    const models = storedModels(compiled.graph.models)
    const text = await withWarehouse(context, compiled, 'read', async ({ ledger, session }) => {
      const { relations } = await ledger.snapshot(models, { headsOnly: true })
      const known = [...relations.values()].filter((relation) => relation.version > 0).length
      const about = await session.about?.()
      return `opened; ${count(known, 'relation')} built${about === undefined ? '' : `; ${about}`}`
    })
    return { finding: { name, text, ok: true }, code: exitCode.success }
  } catch (error) {
    if (isMissing(error)) {
      return { finding: { name, text: 'not made yet: elt build makes it', ok: true }, code: exitCode.success }
    }
    if (!(error instanceof Failure)) throw error
    const text = error.diagnostics.map((d) => renderDiagnostic(d)).join('\n')
    return { finding: { name, text, ok: false }, code: exitCodeOf(error.diagnostics) }
  }
}

function verifiedFinding({ text, diagnostics }: Verification): Finding {
  return { name: 'rows', text, ok: diagnostics.length === 0 }
}

export async function execute(context: Context): Promise<number> {
  const { output } = context
  const compiled = await loadGraph(context)
  const { finding, code: opened } = await warehouseFinding(context, compiled)
  const isOpen = finding.ok && context.options.verify
  const verified = isOpen ? await verification(context, compiled) : undefined
  const isWrong = verified !== undefined && verified.diagnostics.length > 0
  const code = isWrong ? exitCode.failed : opened
  const rows = verified ? [verifiedFinding(verified)] : []
  const findings = [environment(), ...projectFindings(compiled), finding, ...rows]
  output.report(verified?.diagnostics ?? [])
  if (output.json) {
    output.answerJson({
      ok: code === exitCode.success,
      findings,
      ...(verified ? { verified: verified.done, diagnostics: verified.diagnostics } : {}),
    })
    return code
  }
  const width = Math.max(...findings.map(({ name }) => name.length))
  const indented = (text: string) => text.split('\n').join(`\n${' '.repeat(width + 4)}`)
  const mark = (ok: boolean) => (ok ? output.theme.good('✓') : output.theme.error('✗'))
  const lines = findings.map(({ name, text, ok }) => `${mark(ok)} ${name.padEnd(width)}  ${indented(text)}`)
  output.answer(output.suggested(lines.join('\n')))
  return code
}
