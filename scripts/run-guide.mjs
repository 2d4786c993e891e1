/**
 * Runs every command of docs/guide.md and of the pages of docs/guide/, in order, with the built command, each page in a copy of
 * the sample project of its own; and those of docs/postgres.md in an empty folder, on the empty database that ELT_PG_URL names:
 *
 *     node scripts/run-guide.mjs                     writes what they print into the pages
 *     node scripts/run-guide.mjs --check             ends with 1, and shows where, when a page says something else
 *     node scripts/run-guide.mjs docs/guide/seeds.md  only these pages
 *
 * A command is a line `$ …` in a block without a language; the lines below it, up to the next command or the end of the
 * block, are its output. A block of another language whose first line is a comment with a path is that file: the lines below
 * are written into it (`added`: at its end). After the first build of the guide the warnings, which repeat, stand as `…`.
 * A check disregards what differs from run to run: durations, times, the order in which models finish, and which failing rows are shown.
 */
import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { argv, env, execPath, exit } from 'node:process'

const root = join(import.meta.dirname, '..')
const fence = /^```(\w*)\n([\s\S]*?)^```$/gm
const filePath = /^(?:--|#) ([\w./-]+\/[\w.-]+|project\.yml)(, added)?$/
const onServer = 'docs/postgres.md'

/** Stands for the `duckdb` of the pages: runs SQL in the file of a warehouse, as somebody else would. */
const duckdb = `const { DuckDBInstance } = require(${JSON.stringify(createRequire(import.meta.url).resolve('@duckdb/node-api'))})
DuckDBInstance.create(process.argv[1]).then((db) => db.connect()).then((to) => to.run(process.argv[2]))`

/** Stands for `psql "$ELT_PG_URL" -c`, which not every machine has. */
const psql = `const { Client } = require(${JSON.stringify(createRequire(import.meta.url).resolve('pg'))})
const client = new Client({ connectionString: process.env.ELT_PG_URL })
client.connect().then(() => client.query(process.argv[1])).then(() => client.end())`

const quoted = (word) => `'${word.replaceAll("'", `'\\''`)}'`

function environmentOf(page) {
  return {
    ...env,
    CI: 'true',
    NO_COLOR: '1',
    COLUMNS: '120',
    USER: 'ada',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'guide',
    GIT_AUTHOR_EMAIL: 'guide@localhost',
    GIT_COMMITTER_NAME: 'guide',
    GIT_COMMITTER_EMAIL: 'guide@localhost',
    ...(page === onServer ? {} : { ELT_PG_URL: '' }),
  }
}

/** Runs commands of a page in its folder; `npx elt` stands for the built command. What they print, stdout behind stderr. */
function runnerOf(page, start) {
  const environment = environmentOf(page)
  let folder = start
  return {
    path: (name) => join(folder, name),
    execute: (line) => {
      const command = line
        .replace(/\bnpx elt\b/g, `"${execPath}" "${join(root, 'dist', 'elt.js')}"`)
        .replace(/^psql "\$ELT_PG_URL" -c/, `"${execPath}" -e ${quoted(psql)}`)
        .replace(/^duckdb\b/, `"${execPath}" -e ${quoted(duckdb)}`)
      const { stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8', env: environment })
      const [, into] = /&& cd (\w+)$/.exec(line) ?? []
      if (into !== undefined) folder = join(folder, into)
      const lines = `${stderr}${stdout}`.split('\n').map((text) => text.trimEnd())
      // How far what takes long has come: only on slow machines.
      return lines.filter((text) => !/^ {2}… \S+ \d+\/\d+ \(/.test(text))
    },
  }
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
    .map((line) => line.replace(/PostgreSQL .*/, 'PostgreSQL').replace(/postgres:\/\/\S+/, 'URL'))
    .sort()
    .join('\n')
}

function makeFolder(page) {
  const folder = mkdtempSync(join(tmpdir(), 'elt-guide-'))
  if (page === onServer) return folder
  for (const part of ['project.yml', 'models', 'macros', 'data', 'tests/sql']) {
    mkdirSync(join(folder, part, '..'), { recursive: true })
    cpSync(join(root, part), join(folder, part), { recursive: true })
  }
  writeFileSync(join(folder, '.gitignore'), '.elt/\ntarget/\n')
  runnerOf(page, folder).execute('git init -q && git add . && git commit -q -m sample')
  return folder
}

function writeBlock(path, text, isAdded) {
  mkdirSync(dirname(path), { recursive: true })
  if (isAdded) appendFileSync(path, `\n${text}`)
  else writeFileSync(path, text)
}

/** A page with what its commands print now, and how many these are. */
function renewedPage(page, old) {
  const folder = makeFolder(page)
  const runner = runnerOf(page, folder)
  let commands = 0
  const text = old.replace(fence, (whole, language, body) => {
    const [, path, added] = filePath.exec(body.slice(0, body.indexOf('\n'))) ?? []
    if (language !== '' && path !== undefined) {
      const content = body.slice(body.indexOf('\n') + 1)
      writeBlock(runner.path(path), content, added !== undefined)
    }
    const lines = body.split('\n').filter((line) => line.startsWith('$ '))
    if (language !== '' || lines.length === 0) return whole
    const blocks = lines.map((line) => {
      commands += 1
      const output = runner.execute(line.slice(2))
      const isWhole = page === 'docs/guide.md' && commands === 1
      const shown = trimmed(isWhole ? output : withoutWarnings(output))
      return [line, ...(shown.join('') === '' ? [] : shown)].join('\n')
    })
    return `\`\`\`\n${blocks.join('\n')}\n\`\`\``
  })
  rmSync(folder, { recursive: true, force: true })
  return { text, commands }
}

/** Blocks of which a page says something else than was printed. */
function differences(old, renewed) {
  const blocksOf = (text) => [...text.matchAll(fence)].map((match) => match[2].split('\n'))
  const found = blocksOf(renewed)
  return blocksOf(old).flatMap((block, i) => (essence(block) === essence(found[i]) ? [] : [[block, found[i]]]))
}

const words = argv.slice(2)
const isCheck = words.includes('--check')
const named = words.filter((word) => word !== '--check').map((word) => relative(root, resolve(word)))
const topics = readdirSync(join(root, 'docs', 'guide')).map((name) => `docs/guide/${name}`)
const all = ['docs/guide.md', ...topics, ...(env.ELT_PG_URL ? [onServer] : [])]
if (named.length === 0 && !env.ELT_PG_URL) console.log(`${onServer} is left out: ELT_PG_URL names no empty database`)

let failures = 0
for (const page of named.length > 0 ? named : all) {
  const path = join(root, page)
  const old = readFileSync(path, 'utf8')
  const { text, commands } = renewedPage(page, old)
  if (!isCheck) writeFileSync(path, text)
  const differing = isCheck ? differences(old, text) : []
  for (const [said, printed] of differing)
    console.log(`${page} says\n${said.join('\n')}\nelt prints\n${printed.join('\n')}`)
  console.log(`${page}: ${commands} commands run${isCheck ? `, ${differing.length} blocks differ` : ''}`)
  failures += differing.length
}
exit(failures === 0 ? 0 : 1)
