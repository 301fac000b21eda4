import { setTimeout as sleep } from 'node:timers/promises'
import { createTokenward, generateKeys, prepare, type Tokenward } from '@tokenward/core'
import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import { Progress } from '../progress.ts'
import { repositories, type StoreName, type TrialStore } from '../stores.ts'
import { fill } from './fill.ts'
import { Verifiers } from './verifiers.ts'

const RECORDS = Number(process.env['TRIAL_RECORDS'] ?? 1_000_000)
/** Of a larger store, only so many are pruned. */
const MOST_PRUNED = 1_000_000
const LOGINS = 200
const MEASURED_MS = 10_000
/** After the retention of the records that are added, and long before that of the logins. */
const TWO_DAYS = 2 * 86_400_000

/** `verify` with one client, at one size of the store. */
export interface AtSize {
  readonly records: number
  /** Of a record with its indexes. */
  readonly bytes: number
  /** In ms. */
  readonly p50: number
  readonly p99: number
}

/** `verify` with 16 clients while records are pruned. */
export interface BesidePrune {
  readonly deleted: number
  readonly seconds: number
  /** In ms. */
  readonly p99Alone: number
  readonly p99Beside: number
}

export interface Growth {
  readonly sizes: readonly AtSize[]
  readonly prune: BesidePrune
}

/** Checks while the store grows to so many records, and while they, or a million of them, are pruned. */
export async function growth(
  name: StoreName,
  store: TrialStore,
  records: number = RECORDS,
): Promise<Growth> {
  const repository = repositories[name](store.url)
  const options = {
    issuer: 'https://trial.example',
    keys: await generateKeys(),
    repository,
    // The records of the logins outlive the prune.
    lifetimes: { access: '30d' },
  } as const
  await prepare(options)
  const tokens = await createTokenward({ ...options, deadline: '30s' })
  const accessTokens: string[] = []
  for (let n = 0; n < LOGINS; n++) {
    const login = await tokens.issue({ subject: `subject ${n}`, client: 'web' })
    accessTokens.push(login.accessToken)
  }
  const sizes = await whileGrowing(store, records, tokens, accessTokens, repository)
  const pruner = await createTokenward({
    ...options,
    repository: repositories[name](store.url),
    clock: () => Date.now() + TWO_DAYS,
    deadline: '30s',
  })
  const filled = sizes.at(-1)?.records ?? 0
  const prune = await whilePruning(Math.min(filled, MOST_PRUNED), tokens, accessTokens, pruner)
  await Promise.all([tokens.close(), pruner.close()])
  return { sizes, prune }
}

async function whileGrowing(
  store: TrialStore,
  most: number,
  tokens: Tokenward,
  accessTokens: readonly string[],
  repository: TokenRepository,
): Promise<readonly AtSize[]> {
  const template = await tokenRecordIn(repository)
  const sizes: AtSize[] = []
  let size = (await store.size?.()) ?? 0
  for (let before = 0, records = 1_000; records <= most; before = records, records *= 10) {
    const progress = new Progress(`records, to ${records}`, records - before)
    await fill(repository, template, records - before, progress)
    progress.end()
    const grown = (await store.size?.()) ?? Number.NaN
    const verifiers = new Verifiers(tokens, accessTokens, 1)
    await sleep(MEASURED_MS)
    await verifiers.stop()
    const { p50, p99 } = verifiers.latencies.take()
    sizes.push({ records, bytes: Math.round((grown - size) / (records - before)), p50, p99 })
    size = grown
  }
  console.table(
    sizes.map(({ records, bytes, p50, p99 }) => ({
      records,
      'bytes a record': bytes,
      'p50 of verify, ms': p50.toFixed(2),
      'p99, ms': p99.toFixed(2),
    })),
  )
  return sizes
}

async function whilePruning(
  count: number,
  tokens: Tokenward,
  accessTokens: readonly string[],
  pruner: Tokenward,
): Promise<BesidePrune> {
  const verifiers = new Verifiers(tokens, accessTokens, 16)
  await sleep(MEASURED_MS)
  const alone = verifiers.latencies.take()
  const started = performance.now()
  const progress = new Progress('pruned', count)
  let deleted = 0
  for (let more = true; more && deleted < count; ) {
    const result = await pruner.prune({ limit: 10_000 })
    deleted += result.deleted
    more = result.more
    progress.show(deleted)
  }
  progress.end()
  const beside = verifiers.latencies.take()
  await verifiers.stop()
  const seconds = (performance.now() - started) / 1_000
  console.log(
    `pruned ${deleted} in ${seconds.toFixed(0)} s; p99 of verify with 16 clients: ${alone.p99.toFixed(1)} ms alone (${alone.count}), ${beside.p99.toFixed(1)} ms beside prune (${beside.count}): ${(beside.p99 / alone.p99).toFixed(2)}x`,
  )
  if (deleted < count) throw new Error(`${count} records were to be pruned`)
  return { deleted, seconds, p99Alone: alone.p99, p99Beside: beside.p99 }
}

async function tokenRecordIn(repository: TokenRepository): Promise<StoredRecord> {
  const page = (await repository.list?.(null, null, 100, AbortSignal.timeout(30_000))) ?? []
  const record = page.find(({ kind }) => kind === 'token')
  if (!record) throw new Error('the store lists no token')
  return record
}
