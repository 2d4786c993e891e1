import { expect, test } from 'vitest'
import { openFailingNetwork } from '../../../tests/engines/failing-network.ts'
import { describePostgres, freshDatabase } from '../../../tests/engines/index.ts'
import type { RowText } from '../contract.ts'
import { postgres } from './index.ts'

const blocks = 200

describePostgres('rows that are loaded over a connection that breaks', (server) => {
  test.each([
    ['Q', 'reset'],
    ['Q', 'lose'],
    ['Q', 'late'],
    ['Q', 'lose-answer'],
    ['Q', 'freeze'],
    ['d', 'reset'],
    ['d', 'lose'],
    ['d', 'freeze'],
    ['c', 'reset'],
    ['c', 'lose'],
    ['c', 'freeze'],
    ['c', 'late'],
  ] as const)(
    'end with an error, and let go of where they come from: message %s, %s',
    async (where, fate) => {
      const database = await freshDatabase(server)
      const { hostname, port } = new URL(database.url)
      const network = await openFailingNetwork(hostname, Number(port))
      const through = new URL(database.url)
      through.port = String(network.port)
      const session = await postgres.connect({
        options: { url: String(through), keepalive: 0.3 },
        projectDirectory: '/',
        readOnly: false,
        readableFolders: [],
      })
      try {
        const connection = await session.connect()
        await connection.run('create temporary table loaded (line text)')
        let isLeft = false
        async function* rows(): AsyncGenerator<RowText> {
          try {
            for (let n = 0; n < blocks; n++) yield { text: `${'x'.repeat(1000)}\n`.repeat(50), rows: 50 }
          } finally {
            isLeft = true
          }
        }
        let seen = 0
        network.decide((kind, text) => {
          const isHere =
            where === 'Q'
              ? kind === 'Q' && text.startsWith('copy')
              : kind === where && ++seen === 3 - Number(where === 'c') * 2
          return isHere ? fate : 'pass'
        })
        const error = await connection.load({ schema: 'pg_temp', name: 'loaded' }, ['line'], rows()).then(
          () => undefined,
          (found: unknown) => found,
        )
        expect(session.explainError(error).kind).toBe('connection')
        expect(isLeft).toBe(true)
        await connection.release()
      } finally {
        await session.close()
        await network.close()
        await database.drop()
      }
    },
    15_000,
  )
})
