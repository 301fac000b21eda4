import assert from 'node:assert/strict'
import { isTokenwardError, type Login, type Tokenward } from '@tokenward/core'
import type { Random } from '../../harness/random.ts'
import { assertLoginRefused, REFRESH } from './assertions.ts'

/** Tokens of either kind, sampled over the whole run. */
const MAX_KEPT = 40
/** The store has probably not evicted all that belongs to these yet. */
const MAX_RECENT = 8
const USERS = 60

/** A login of which at least the access token was revoked or used up. */
interface Gone {
  readonly login: Login
  readonly isWholeLogin: boolean
}

/** Logs in its own users, revokes some logins, and verifies those again and again. */
export class PressureActor {
  verifications = 0
  failed = 0
  readonly #instance: Tokenward
  readonly #random: Random
  readonly #name: string
  readonly #gone: Gone[] = []
  #recent: Gone[] = []
  /** By subject: logins that were not revoked. */
  readonly #active = new Map<string, Login[]>()

  constructor(instance: Tokenward, random: Random, name: string) {
    this.#instance = instance
    this.#random = random
    this.#name = name
  }

  get active(): number {
    return [...this.#active.values()].flat().length
  }

  /** One login, and its whole life. */
  async runOnce(): Promise<void> {
    const subject = `user ${this.#name} ${this.#random.below(USERS)}`
    try {
      const login = await this.#instance.issue({ subject, client: 'web' })
      if (this.#random.chance(0.4)) await this.#revokeSome(subject, login)
      else this.#addActive(subject, login)
      await this.#verifyOne()
    } catch (error) {
      // A full store may refuse; what it did not acknowledge is not checked.
      if (!isTokenwardError(error) || !error.retryable) throw error
      this.failed++
    }
  }

  async #revokeSome(subject: string, login: Login): Promise<void> {
    const instance = this.#instance
    const how = this.#random.pick(['token', 'session', 'subject', 'consume'] as const)
    if (how === 'token') await instance.revoke(login.accessToken)
    if (how === 'session') await instance.revoke({ session: login.session })
    if (how === 'consume') await instance.consume(login.accessToken)
    if (how === 'subject') {
      const earlier = this.#active.get(subject) ?? []
      this.#active.delete(subject)
      await instance.revoke({ subject })
      for (const each of earlier) this.#addGone({ login: each, isWholeLogin: true })
    }
    this.#addGone({ login, isWholeLogin: how === 'session' || how === 'subject' })
  }

  #addGone(gone: Gone): void {
    this.#recent = [...this.#recent, gone].slice(-MAX_RECENT)
    if (this.#gone.length < MAX_KEPT) this.#gone.push(gone)
    else if (this.#random.chance(0.2)) this.#gone[this.#random.below(MAX_KEPT)] = gone
  }

  #addActive(subject: string, login: Login): void {
    this.#active.set(subject, [...(this.#active.get(subject) ?? []), login].slice(-MAX_KEPT))
  }

  async #verifyOne(): Promise<void> {
    if (this.#gone.length === 0) return
    const { login, isWholeLogin } = this.#random.pick(
      this.#random.chance(0.5) ? this.#recent : this.#gone,
    )
    this.verifications++
    const result = await this.#instance.verify(login.accessToken)
    assert.equal(result.active, false, 'an access token that was revoked: accepted')
    if (!isWholeLogin) return
    const refresh = await this.#instance.verify(login.refreshToken, REFRESH)
    assert.equal(refresh.active, false, 'a refresh token that was revoked: accepted')
  }

  async assertGone(): Promise<void> {
    for (const { login, isWholeLogin } of this.#gone) {
      this.verifications++
      if (isWholeLogin) await assertLoginRefused(this.#instance, login, 'in the end')
      else
        assert.equal((await this.#instance.verify(login.accessToken)).active, false, 'in the end')
    }
  }

  /** How many logins that were not revoked are refused. */
  async loggedOut(): Promise<number> {
    let out = 0
    for (const { refreshToken } of [...this.#active.values()].flat()) {
      if (!(await this.#instance.verify(refreshToken, REFRESH)).active) out++
    }
    return out
  }
}
