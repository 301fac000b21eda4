import { setTimeout as pause } from 'node:timers/promises'
import type { FailoverGroup } from './group.ts'
import { type Instances, issueToken, orUnavailable } from './instances.ts'

const TOKENS = 50
/** How long the deposed primary is asked after it was resumed. */
const WATCHED_MS = 15_000
const INTERVAL_MS = 100
const DEADLINE_MS = 5_000
const PATIENT_MS = 60_000

export interface WrongAccepts {
  readonly revoked: number
  /** Tokens that were accepted after their revocation was acknowledged. */
  readonly accepted: number
  /** When the last one was accepted, after the deposed primary was resumed. */
  readonly lastMs: number
}

/**
 * An application that is connected to the primary verifies there, while the primary is halted, replaced,
 * and resumed. All tokens were revoked on the new primary before.
 */
export async function measureWrongAccepts(
  group: FailoverGroup,
  instances: Instances,
): Promise<WrongAccepts> {
  const { url, primary, depose } = group.handle
  const old = await instances.make(await primary(), DEADLINE_MS)
  const current = await instances.make(url, PATIENT_MS)
  const tokens = await Promise.all(Array.from({ length: TOKENS }, () => issueToken(current)))
  await Promise.all(tokens.map((token) => old.verify(token))) // Its connections are open.
  const resume = await depose()
  try {
    for (const token of tokens) while ((await orUnavailable(current.revoke(token))) === null);
    const accepted = new Set<string>()
    let lastMs = 0
    let started = performance.now()
    const verifyAll = async () => {
      const results = await Promise.all(tokens.map((token) => orUnavailable(old.verify(token))))
      for (const [i, result] of results.entries()) {
        if (result?.active !== true) continue
        accepted.add(tokens[i] ?? '')
        lastMs = performance.now() - started
      }
    }
    const underWay = verifyAll()
    started = performance.now()
    await resume()
    await underWay
    while (performance.now() - started < WATCHED_MS) {
      await verifyAll()
      await pause(INTERVAL_MS)
    }
    return { revoked: tokens.length, accepted: accepted.size, lastMs }
  } finally {
    await resume()
  }
}
