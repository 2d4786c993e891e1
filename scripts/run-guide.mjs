/**
 * Runs every command of docs/guide.md, in order, in a copy of the sample project, with the built command:
 *
 *     node scripts/run-guide.mjs           writes what they print into the guide
 *     node scripts/run-guide.mjs --check   ends with 1, and shows where, when the guide says something else
 *
 * A command is a line `$ …` in a block without a language; the lines below it, up to the next command or the end of the
 * block, are its output. After the first build the warnings, which repeat, stand as `…`. A check disregards what differs
 * from run to run: durations, times, the order in which models finish, and which failing rows are shown.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argv, env, execPath, exit } from 'node:process'

const root = join(import.meta.dirname, '..')
const guide = join(root, 'docs', 'guide.md')
const fence = /^```(\w*)\n([\s\S]*?)^```$/gm
const folder = mkdtempSync(join(tmpdir(), 'elt-guide-'))
const environment = {
  ...env,
  CI: 'true',
  NO_COLOR: '1',
  COLUMNS: '120',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'guide',
  GIT_AUTHOR_EMAIL: 'guide@localhost',
  GIT_COMMITTER_NAME: 'guide',
  GIT_COMMITTER_EMAIL: 'guide@localhost',
}

/** Runs a line of the guide; `npx elt` stands for the built command. What it prints, stdout behind stderr. */
function execute(line) {
  const command = line.replace(/^npx elt\b/, `"${execPath}" "${join(root, 'dist', 'elt.js')}"`)
  const { stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8', env: environment })
  return `${stderr}${stdout}`.split('\n').map((text) => text.trimEnd())
}

/** Paragraphs that begin with `warning[`, each run of them as one `…`. */
function withoutWarnings(lines) {
  const paragraphs = lines.join('\n').split(/\n{2,}/)
  const kept = paragraphs.map((text) => (text.startsWith('warning[') ? '…' : text))
  return kept
    .filter((text, i) => text !== '…' || kept[i - 1] !== '…')
    .join('\n\n')
    .split('\n')
}

function trimmed(lines) {
  return lines
    .join('\n')
    .replace(/^\n+|\n+$/g, '')
    .split('\n')
}

/** What a check compares of a block. */
function essence(block) {
  return block
    .filter((line) => !/^ {6}/.test(line) && line.trim() !== '')
    .map((line) => line.replace(/\d+(\.\d+)? m?s\b/g, 'T').replace(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'T'))
    .map((line) => line.replace(/last complete day \S+/, 'last complete day D').replace(/\s+/g, ' '))
    .sort()
    .join('\n')
}

for (const part of ['project.yml', 'models', 'macros', 'data', 'tests/sql']) {
  mkdirSync(join(folder, part, '..'), { recursive: true })
  cpSync(join(root, part), join(folder, part), { recursive: true })
}
writeFileSync(join(folder, '.gitignore'), '.elt/\ntarget/\n')
execute('git init -q && git add . && git commit -q -m sample')

const old = readFileSync(guide, 'utf8')
let commands = 0
const renewed = old.replace(fence, (whole, language, body) => {
  const lines = body.split('\n').filter((line) => line.startsWith('$ '))
  if (language !== '' || lines.length === 0) return whole
  const blocks = lines.map((line) => {
    commands += 1
    const output = execute(line.slice(2))
    const shown = trimmed(commands === 1 ? output : withoutWarnings(output))
    return [line, ...(shown.join('') === '' ? [] : shown)].join('\n')
  })
  return `\`\`\`\n${blocks.join('\n')}\n\`\`\``
})
rmSync(folder, { recursive: true, force: true })

if (argv[2] !== '--check') writeFileSync(guide, renewed)
else {
  const blocksOf = (text) => [...text.matchAll(fence)].map((match) => match[2].split('\n'))
  const found = blocksOf(renewed)
  const differing = blocksOf(old).flatMap((block, i) =>
    essence(block) === essence(found[i]) ? [] : [[block, found[i]]],
  )
  for (const [said, printed] of differing)
    console.log(`the guide says\n${said.join('\n')}\nelt prints\n${printed.join('\n')}`)
  console.log(`${commands} commands of the guide run, ${differing.length} blocks differ`)
  exit(differing.length === 0 ? 0 : 1)
}
