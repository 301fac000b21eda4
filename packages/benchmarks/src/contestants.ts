import { generateKeys } from '@tokenward/core'
import type { Contestant, Operation } from './measure.ts'
import { betterAuthSession, checksBySignature, rotationByHand } from './other-ways.ts'
import type { MeasuredStore } from './stores/measured-store.ts'
import { leasedInstance, measuredInstance, TOKENS } from './tokenward.ts'

/** In each round, by what it costs. */
const FAST = 20_000
const READS = 4_000
const SLOW = 1_000
const WRITES = 500

/** What is measured beside what, on one store. */
export interface Contest {
  readonly contestants: Readonly<Record<string, Contestant>>
  close(): Promise<void>
}

/** A driver alone, other ways to check a token, and Tokenward, on the same server. */
export async function contestOn(store: MeasuredStore, concurrency: number): Promise<Contest> {
  const keys = await generateKeys()
  await store.fill(TOKENS)
  const reads = concurrency === 1 ? READS / 4 : READS
  const slow = Math.min(reads, SLOW)
  const plain = await measuredInstance(store, keys, `plain ${concurrency}`)
  const leased = await leasedInstance(store, keys, `leased ${concurrency}`)
  const get: Operation = (n) => store.get(n % TOKENS)
  const signatures = await checksBySignature(keys, plain.accessTokens, get)
  const session = store.betterAuth && (await betterAuthSession(store.betterAuth))
  const byHand = store.sessions && (await rotationByHand(store.sessions, keys, concurrency))
  const contestants: Record<string, Contestant | undefined> = {
    get: { run: get, count: reads },
    'get, auto-pipelined': runOf(store.getPipelined, reads),
    'get by Keyv': runOf(store.getByKeyv, reads),
    'jose.jwtVerify + get': { run: signatures.jose, count: slow },
    'fast-jwt with its cache + get': { run: signatures.fastJwt, count: reads },
    'better-auth getSession': session && { run: session, count: slow },
    verify: { run: plain.verify, count: reads },
    'verify, lease of 250 ms': leased && { run: leased.verify, count: FAST },
    insert: { run: (n) => store.insert(n + 1e9 * concurrency), count: WRITES },
    revoke: { run: plain.revoke, count: WRITES },
    'jose + update + insert': byHand && { run: byHand, count: WRITES },
    rotate: { run: plain.rotate, count: WRITES },
  }
  return {
    contestants: Object.fromEntries(
      Object.entries(contestants).filter((entry): entry is [string, Contestant] => !!entry[1]),
    ),
    close: async () => void (await Promise.all([plain.close(), leased?.close()])),
  }
}

function runOf(
  read: ((row: number) => Promise<unknown>) | undefined,
  count: number,
): Contestant | undefined {
  return read && { run: (n) => read(n % TOKENS), count }
}
