import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PGlite } from '@electric-sql/pglite'
import { conformance, type ServerHandle } from '@tokenward/conformance'
import * as runner from 'vitest'
import { postgres } from '../src/index.ts'
import { driverSample } from './driver-cases.ts'
import { pglite } from './pglite-databases.ts'

conformance({
  ...driverSample,
  runner,
  name: 'postgres PGlite',
  server: startPglite,
  repository: new URL('./pglite-repository.ts', import.meta.url),
  rounds: 10,
  leaveOut: {
    'claims-complete':
      'it opens the folder in another process, and two instances on one folder corrupt it',
  },
})

async function startPglite(): Promise<ServerHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenward-pglite-'))
  const database = pglite(folder)
  const { rows } = await database.query<{ version: string }>('SHOW server_version')
  return {
    url: folder,
    server: { name: 'PGlite', version: String(Object.values(rows[0] ?? {})[0]), standIn: false },
    roundsShare: 0.5,
    stop: async () => {
      await database.close()
      await rm(folder, { recursive: true })
    },
    snapshot: async () => snapshot(database),
    wipe: async () => void (await database.query('DELETE FROM tokenward_records')),
    drop: async (key) =>
      void (await database.query('DELETE FROM tokenward_records WHERE key = $1', [key])),
    damage: async (key) =>
      void (await database.query(`UPDATE tokenward_records SET body = 'corrupt' WHERE key = $1`, [
        key,
      ])),
    callerOwned: async (namespace) => ({
      repository: postgres(database, { namespace, assume: { durability: 'durable' } }),
      use: () => database.query('SELECT count(*) FROM tokenward_records'),
      listeners: () => 0,
      dispose: async () => undefined,
    }),
  }
}

let copies = 0

async function snapshot(database: PGlite): Promise<() => Promise<void>> {
  const copy = `tokenward_copy_${++copies}`
  await database.query(`CREATE TABLE ${copy} AS TABLE tokenward_records`)
  return async () => {
    await database.transaction(async (transaction) => {
      await transaction.query('DELETE FROM tokenward_records')
      await transaction.query(`INSERT INTO tokenward_records TABLE ${copy}`)
    })
  }
}
