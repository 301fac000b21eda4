import { start } from '@tokenward/testbed'
import { expect, inject, onTestFinished, test } from 'vitest'
import openRepository from './repository.ts'
import { deadline, record } from './support.ts'
import { syncedWrites } from './synced-writes.ts'

/** Concurrent writes. */
const LANES = 16
/** Acknowledged writes before each kill. */
const WRITES_PER_KILL = 200
const KILLS = 5

// The case `kill9-server` of the suite checks that no write is lost; these are its counterexamples.
const REASON = 'not run: the counters of a stand-in are not those of MongoDB'

test('with early acknowledgement, writes are acknowledged before they are in the journal', async (context) => {
  const { url, standIn } = inject('mongodb')
  if (standIn) return context.skip(REASON)
  expect(await syncedWrites(`${url}#acknowledges-early`, 'control', 50)).toBeLessThan(25)
})

test('with early acknowledgement, a killed server loses acknowledged writes', async (context) => {
  const settings = inject('mongodb').standIn ? { 'sync-on-commit': 'off' } : {}
  const server = await start('mongodb', { settings })
  onTestFinished(() => server.stop())
  const { kill, start: restart } = server
  if (!kill || !restart) return context.skip('an external server is not killed')
  const repository = openRepository(`${server.url}#acknowledges-early`, 'control')
  onTestFinished(() => repository.close())
  await repository.open()
  await repository.migrate?.(false)
  let lost = 0
  for (let nth = 0; nth < KILLS && lost === 0; nth++) {
    const acknowledged = await killUnderLoad(repository, nth * 1_000_000, kill)
    await restart()
    lost = await missing(repository, acknowledged)
    console.log(`kill ${nth + 1}: ${lost} of ${acknowledged.length} acknowledged writes are lost`)
  }
  expect(lost).toBeGreaterThan(0)
})

type Repository = ReturnType<typeof openRepository>

/** @returns the keys of all acknowledged writes */
async function killUnderLoad(
  repository: Repository,
  first: number,
  kill: () => Promise<void>,
): Promise<string[]> {
  const acknowledged: string[] = []
  let next = first
  let killing: Promise<void> | null = null
  let down = false
  const lane = async () => {
    while (!down) {
      const written = record(next++)
      const [done] = await repository
        .write([{ record: written, expected: null }], AbortSignal.timeout(1_000))
        .catch(() => [])
      if (done) acknowledged.push(written.key)
      if (acknowledged.length >= WRITES_PER_KILL) {
        killing ??= kill().finally(() => {
          down = true
        })
      }
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  await killing
  return acknowledged
}

async function missing(repository: Repository, keys: readonly string[]): Promise<number> {
  let absent = 0
  for (let from = 0; from < keys.length; from += 256) {
    const found = await repository.read(keys.slice(from, from + 256), deadline())
    absent += found.filter((each) => each === null).length
  }
  return absent
}
