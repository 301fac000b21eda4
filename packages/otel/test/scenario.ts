import type { RotateResult, Tokenward } from '@tokenward/core'
import { type MemoryRecords, memory } from '@tokenward/memory'
import { ADA, breakable, instance } from './support.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** A day on which everything happens that the dashboard shows and the alerts are for. */
export async function eventfulDay(): Promise<void> {
  const records: MemoryRecords = new Map()
  const { repository, state } = breakable(memory({ records }))
  const clock = { ms: Date.now() }
  const shared = { repository, clock: () => clock.ms }
  const tokens = await instance(shared)
  await reuse(tokens, () => {
    clock.ms += MINUTE_MS
  })
  const { accessToken } = await tokens.issue(ADA)
  await outage(tokens, await instance({ ...shared, onUnavailable: 'accept' }), accessToken, state)
  await eviction(tokens, records)
  clock.ms += 400 * DAY_MS
  await tokens.prune({ limit: 1 })
  await tokens.prune()
  state.failure = new Error('connection reset')
  await tokens.prune().catch(() => undefined)
}

async function reuse(tokens: Tokenward, wait: () => void): Promise<RotateResult> {
  const login = await tokens.issue(ADA)
  await tokens.rotate(login.refreshToken)
  wait()
  return tokens.rotate(login.refreshToken)
}

async function outage(
  tokens: Tokenward,
  open: Tokenward,
  accessToken: string,
  state: { failure: Error | null },
): Promise<void> {
  state.failure = new Error('connection reset')
  await tokens.verify(accessToken).catch(() => undefined)
  await open.verify(accessToken)
  state.failure = null
  await tokens.verify(accessToken)
  await tokens.revoke({ subject: 'bob' })
}

/** As a cache evicts: all records of tokens disappear. */
async function eviction(tokens: Tokenward, records: MemoryRecords): Promise<void> {
  const { accessToken } = await tokens.issue(ADA)
  for (const namespace of records.values())
    for (const [key, { kind }] of namespace) if (kind === 'token') namespace.delete(key)
  await tokens.verify(accessToken)
}
