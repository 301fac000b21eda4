import assert from 'node:assert/strict'
import { isTokenwardError, type Tokenward } from '@tokenward/core'
import { assertRefused } from './assertions.ts'

/** Revocations pending at any time. */
export const LANES = 64

/**
 * Revokes token after token, each issued for it: one by itself, which inserts a record, and then two by a
 * subject of their own, of which the second replaces the record of the first.
 */
export class Load {
  /** Tokens whose revocation resolved. */
  readonly acknowledged: string[] = []
  /** Tokens whose revocation has an unknown result. */
  readonly cut: string[] = []
  readonly #instance: Tokenward

  constructor(instance: Tokenward) {
    this.#instance = instance
  }

  /** Continues while `kill` kills; that begins once enough revocations were acknowledged. */
  async runUntil(enough: number, kill: () => Promise<void>): Promise<void> {
    let killing: Promise<void> | null = null
    let isDown = false
    const down = () => {
      isDown = true
    }
    const lanes = Array.from({ length: LANES }, async (_, lane) => {
      // The lanes advance together: so that a kill meets all three kinds, a third of them is at each.
      for (let ahead = lane % 3; ahead > 0 && !isDown; ahead--) await this.#revokeOne('')
      for (let subject = ''; !isDown; subject = subject === '' ? crypto.randomUUID() : '') {
        await this.#revokeOne(subject)
        if (subject !== '') await this.#revokeOne(subject)
        if (this.acknowledged.length >= enough) killing ??= kill().finally(down)
      }
    })
    try {
      await Promise.all(lanes)
    } finally {
      // Where a lane fails, the kill is not left under way.
      await killing
    }
  }

  /** @param subject to revoke; empty: the token alone */
  async #revokeOne(subject: string): Promise<void> {
    let token: string | null = null
    try {
      const grant = { subject: subject || 'ada', client: 'web', refresh: false } as const
      token = (await this.#instance.issue(grant)).accessToken
      await (subject === '' ? this.#instance.revoke(token) : this.#instance.revoke({ subject }))
      this.acknowledged.push(token)
    } catch (error) {
      if (!isTokenwardError(error, 'TOKENWARD_STORE_UNAVAILABLE') && !isIndeterminate(error)) {
        throw error
      }
      if (token !== null) this.cut.push(token)
    }
  }
}

function isIndeterminate(error: unknown): boolean {
  return isTokenwardError(error, 'TOKENWARD_WRITE_INDETERMINATE')
}

export async function assertRepeatable(instance: Tokenward, token: string): Promise<void> {
  await instance.revoke(token)
  await assertRefused(instance, token, 'a revocation that was interrupted and repeated', 'revoked')
}

export async function assertAllRefused(
  instance: Tokenward,
  tokens: readonly string[],
): Promise<void> {
  let lost = 0
  for (let from = 0; from < tokens.length; from += LANES) {
    const results = await Promise.all(
      tokens.slice(from, from + LANES).map((t) => instance.verify(t)),
    )
    lost += results.filter(({ active }) => active).length
  }
  assert.equal(lost, 0, `${lost} of ${tokens.length} acknowledged revocations are lost`)
}
