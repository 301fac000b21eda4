import { setTimeout as pause } from 'node:timers/promises'
import type { Tokenward } from '@tokenward/core'
import type { FailoverGroup } from './group.ts'
import { countAccepted, type Instances, issueToken, orUnavailable } from './instances.ts'

/** Revocations acknowledged before the primary is killed. */
const BEFORE = 500
const LANES = 16
/** How far the replicas are behind when the primary is killed, in ms. */
const BEHIND_MS = 300
const DEADLINE_MS = 1_000
const PATIENT_MS = 60_000

export interface Losses {
  readonly acknowledged: number
  readonly lost: number
  /** Of all that were acknowledged, accepted after `revoke({ everything: true })`. */
  readonly acceptedAfterRevokeAll: number
  /** From the kill until a revocation and the verification after it have succeeded. */
  readonly outageMs: number
}

/**
 * Revokes token after token while the primary is killed, then counts the acknowledged revocations that are
 * gone.
 * @param areBehind whether the replicas receive nothing for a while before
 */
export async function measureLosses(
  group: FailoverGroup,
  instances: Instances,
  areBehind: boolean,
): Promise<Losses> {
  const { url } = group.handle
  const tokens = await instances.make(url, DEADLINE_MS)
  const load = new Load(tokens)
  let outage: Promise<number> | undefined
  try {
    while (load.acknowledged.length < BEFORE) await load.ongoing(10)
    const release = areBehind ? await group.hold?.() : undefined
    if (release) await load.ongoing(BEHIND_MS)
    await group.failover(async () => {
      outage = untilServing(tokens)
      await release?.()
    })
    await outage
  } finally {
    await load.stop()
  }
  const patient = await instances.make(url, PATIENT_MS)
  const lost = await countAccepted(patient, load.acknowledged)
  await patient.revoke({ everything: true }, { reason: 'a failover' })
  const acceptedAfterRevokeAll = await countAccepted(patient, load.acknowledged)
  const login = await patient.verify(await issueToken(patient))
  if (!login.active) throw new Error(`a login after it is refused: ${login.reason}`)
  const acknowledged = load.acknowledged.length
  return { acknowledged, lost, acceptedAfterRevokeAll, outageMs: (await outage) ?? Number.NaN }
}

/** Revokes token after token, each issued for it, in several lanes. */
class Load {
  /** Tokens whose revocation was acknowledged. */
  readonly acknowledged: string[] = []
  readonly #lanes: Promise<unknown>
  #isOver = false

  constructor(tokens: Tokenward) {
    this.#lanes = Promise.all(Array.from({ length: LANES }, () => this.#revokeAll(tokens)))
    this.#lanes.catch(() => undefined) // It is awaited at the end.
  }

  /** Rejects if a lane has failed meanwhile. */
  async ongoing(ms: number): Promise<void> {
    await Promise.race([pause(ms), this.#lanes])
  }

  async stop(): Promise<void> {
    this.#isOver = true
    await this.#lanes
  }

  async #revokeAll(tokens: Tokenward): Promise<void> {
    while (!this.#isOver) {
      const token = await orUnavailable(issueToken(tokens))
      const revoked = token === null ? null : await orUnavailable(tokens.revoke(token))
      if (token !== null && revoked !== null) this.acknowledged.push(token)
      else await pause(5)
    }
  }
}

/** @returns ms */
async function untilServing(tokens: Tokenward): Promise<number> {
  const started = performance.now()
  for (;;) {
    const token = await orUnavailable(issueToken(tokens))
    const revoked = token === null ? null : await orUnavailable(tokens.revoke(token))
    const result = token === null || !revoked ? null : await orUnavailable(tokens.verify(token))
    if (result?.active === false) return performance.now() - started
    await pause(10)
  }
}
