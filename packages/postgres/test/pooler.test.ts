import { runCase } from '@tokenward/conformance'
import { start, type Testbed } from '@tokenward/testbed'
import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { postgres } from '../src/index.ts'
import { soon } from './support.ts'

// PgBouncer in transaction mode; only the images that the testbed builds have it.
const isThere =
  process.env['TOKENWARD_TEST_POSTGRES_URL'] === undefined &&
  process.env['TOKENWARD_TESTBED_IMAGES'] !== 'official'
let server: Testbed

beforeAll(async () => {
  if (isThere) server = await start('postgres', { version: '15', pooler: true })
})
afterAll(() => server?.stop())

test.skipIf(!isThere)('a URL is refused, with what to do about it', async () => {
  const refused = /connect to Postgres itself, or pass a pool/
  await expect(postgres(server.url).open()).rejects.toThrow(refused)
})

test.skipIf(!isThere)(
  'a caller-owned pool is reported as a finding, and every call works',
  async () => {
    const pool = new pg.Pool({ connectionString: server.url })
    pool.on('error', () => undefined) // The server may stop before its connections are closed.
    onTestFinished(() => pool.end())
    const repository = postgres(pool, { namespace: 'caller-owned' })
    onTestFinished(() => repository.close())
    expect(await repository.open()).toMatchObject([
      { code: 'pooler', downgrades: { notifications: false } },
    ])
    await repository.migrate?.(false)
    expect(await repository.read(['0'.repeat(24)], soon())).toEqual([null])
  },
)

const tried = ['register-race', 'linearizable-register', 'revoke-then-verify', 'model']
test.skipIf(!isThere).for(tried)('%s', async (name) => {
  const callerPool = { ...server, url: `${server.url}#caller-owned` }
  const repository = new URL('./repository.ts', import.meta.url)
  const mode = { full: false, seed: 15, maxRounds: 10 }
  const { status, reason } = await runCase(name, callerPool, repository, mode)
  expect(status, reason).toBe('passed')
})
