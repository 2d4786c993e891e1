import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { modifiedOf } from './walk.ts'

/** The content of a file, and its size and time just before it was read. */
export interface Digest {
  /** Hexadecimal SHA-256, the first 32 characters. */
  readonly hash: string
  /** Bytes. */
  readonly size: number
  /** Milliseconds since 1970, whole. */
  readonly modified: number
}

const chunk = 1 << 20

/**
 * Hashes a file in chunks of a mebibyte. Size and time are taken from the open file before reading: when it is written
 * meanwhile, they are older than its content, and the next listing reads it again.
 */
export async function digestOf(path: string): Promise<Digest> {
  const handle = await open(path, 'r')
  try {
    const stats = await handle.stat()
    const hash = createHash('sha256')
    const buffer = Buffer.allocUnsafe(Math.min(chunk, Math.max(stats.size, 1)))
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length)
      if (bytesRead === 0) break
      hash.update(buffer.subarray(0, bytesRead))
    }
    return { hash: hash.digest('hex').slice(0, 32), size: stats.size, modified: modifiedOf(stats) }
  } finally {
    await handle.close()
  }
}
