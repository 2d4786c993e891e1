/**
 * Writes docs/assertions.md from the catalogue of checks:
 *
 *     node scripts/assertion-page.mjs           writes the page
 *     node scripts/assertion-page.mjs --check   ends with 1 when the page says something else
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { argv, exit } from 'node:process'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')
const page = join(root, 'docs', 'assertions.md')

async function load() {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'src', 'assertions', 'reference.ts')],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  })
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`)
}

const { aliases, argumentForms, catalogue, settingHelp } = await load()

const cell = (text) => text.replaceAll('|', '\\|')

function argumentRows(definition) {
  const column = { required: 'required', optional: 'optional' }[definition.column]
  const own = Object.entries(definition.arguments).map(([name, argument]) => {
    const { kind, required, help, choices } = argument
    const form = choices ? choices.map((choice) => `\`${choice}\``).join(', ') : argumentForms[kind]
    return `| \`${name}\`${required ? ', required' : ''} | ${cell(form)} | ${cell(help)} |`
  })
  const rows = column
    ? [`| \`column_name\`, ${column} | a column | the column judged: where it is written at one, this one |`, ...own]
    : own
  return rows.length === 0 ? [] : [['| argument | takes | meaning |', '|---|---|---|', ...rows].join('\n')]
}

/** Names of other tools are told with their packages. */
const isTold = (name, alias) => !alias.isForeign || name.includes('.')

function knownAs(type) {
  return [...aliases]
    .filter(([name, alias]) => alias.type === type && isTold(name, alias))
    .map(([name]) => `\`${name}\``)
}

function entry([name, definition]) {
  const { summary, nulls, empty, measures, isShare, weaker, example } = definition
  const facts = [
    `- NULLs: ${nulls}`,
    `- no rows: ${empty}`,
    ...(measures
      ? [
          `- measures ${measures}${isShare ? ', a share from 0 to 1' : ''}: \`warn_if\` and \`error_if\` are held against it`,
        ]
      : []),
    ...(knownAs(name).length > 0 ? [`- also known as ${knownAs(name).join(', ')}`] : []),
    ...(weaker ? [`- weaker than its namesakes: ${weaker}`] : []),
  ].join('\n')
  return [`### ${name}`, summary, ...argumentRows(definition), facts, `\`\`\`yaml\n${example}\n\`\`\``].join('\n\n')
}

const checks = [...catalogue].sort(([a], [b]) => (a < b ? -1 : 1))
const others = [...aliases].filter(([name, alias]) => isTold(name, alias)).sort(([a], [b]) => (a < b ? -1 : 1))
const settings = Object.entries(settingHelp).map(([name, help]) => `| \`${name}\` | ${cell(help)} |`)

const text = `# Assertions

<!-- Written by scripts/assertion-page.mjs from src/assertions/catalogue: change the wording there. -->

${checks.length} checks, written under \`data_tests:\` (or \`assertions:\`) of a model, a source's table or a column. How they run,
what blocks, and singular assertions: [reference](reference.md#assertions).

## Settings of all

| setting | meaning |
|---|---|
${settings.join('\n')}

A check that measures a value keeps it in the ledger for every partition. Its \`warn_if\` and \`error_if\` are held against the value;
written under the name of another tool they are conditions on the number of failures, as they are there. Those of all other checks are
conditions on failing rows. Conditions: \`> 10\`, \`!= 0\`, \`< -0.5\`, \`> 5 %\`, \`between 1 and 5\`, \`not between 1 and 5\`.

## Checks

${checks.map(([name]) => `[${name}](#${name})`).join(' · ')}

${checks.map(entry).join('\n\n')}

## Other names

| name | here |
|---|---|
${others.map(([name, { type }]) => `| \`${name}\` | [${type}](#${type}) |`).join('\n')}
`

if (argv[2] !== '--check') writeFileSync(page, text)
else if (readFileSync(page, 'utf8') !== text) {
  console.log('docs/assertions.md is not what the catalogue says: node scripts/assertion-page.mjs writes it')
  exit(1)
}
