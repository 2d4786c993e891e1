import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

/** What the guide says that commands print is what they print. */

const root = resolve(import.meta.dirname, '../..')
const topics = readdirSync(resolve(root, 'docs/guide')).map((name) => `docs/guide/${name}`)

describe('the guide', () => {
  it.each(['docs/guide.md', ...topics])('%s', { timeout: 600_000 }, (page) => {
    const script = resolve(root, 'scripts/run-guide.mjs')
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--check', page], {
      cwd: root,
      encoding: 'utf8',
    })
    expect(status, `${stdout}${stderr}`).toBe(0)
  })
})
