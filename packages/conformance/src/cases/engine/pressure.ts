import assert from 'node:assert/strict'
import { isTokenwardError, type Login, type Tokenward } from '@tokenward/core'
import type { Random } from '../../harness/random.ts'
import { assertLoginRefused, REFRESH } from './assertions.ts'

/** Tokens of either kind, sampled over the whole run. */
const KEPT = 40
const USERS = 60

/** A login of which at least the access token was revoked or used up. */
interface Gone {
  readonly login: Login
  readonly whole: boolean
}

/** Logs in its own users, revokes some logins, and verifies those again and again. */
export class ByteStream {
  looks = 0
  failed = 0
  readonly #instance: Tokenward
  readonly #random: Random
  readonly #name: string
  readonly #gone: Gone[] = []
  /** By subject: logins that were not revoked. */
  readonly #living = new Map<string, Login[]>()

  constructor(instance: Tokenward, random: Random, name: string) {
    this.#instance = instance
    this.#random = random
    this.#name = name
  }

  get living(): number {
    return [...this.#living.values()].flat().length
  }

  /** One login, and its whole life. */
  async turn(): Promise<void> {
    const subject = `user ${this.#name} ${this.#random.below(USERS)}`
    try {
      const login = await this.#instance.issue({ subject, client: 'web' })
      if (this.#random.chance(0.4)) await this.#takeBack(subject, login)
      else this.#keep(subject, login)
      await this.#look()
    } catch (error) {
      // A full store may refuse; what it did not acknowledge is not checked.
      if (!isTokenwardError(error) || !error.retryable) throw error
      this.failed++
    }
  }

  async #takeBack(subject: string, login: Login): Promise<void> {
    const instance = this.#instance
    const how = this.#random.pick(['token', 'session', 'subject', 'consume'] as const)
    if (how === 'token') await instance.revoke(login.accessToken)
    if (how === 'session') await instance.revoke({ session: login.session })
    if (how === 'consume') await instance.consume(login.accessToken)
    if (how === 'subject') {
      const earlier = this.#living.get(subject) ?? []
      this.#living.delete(subject)
      await instance.revoke({ subject })
      for (const each of earlier) this.#bury({ login: each, whole: true })
    }
    this.#bury({ login, whole: how === 'session' || how === 'subject' })
  }

  #bury(gone: Gone): void {
    if (this.#gone.length < KEPT) this.#gone.push(gone)
    else if (this.#random.chance(0.2)) this.#gone[this.#random.below(KEPT)] = gone
  }

  #keep(subject: string, login: Login): void {
    this.#living.set(subject, [...(this.#living.get(subject) ?? []), login].slice(-KEPT))
  }

  async #look(): Promise<void> {
    if (this.#gone.length === 0) return
    const { login, whole } = this.#random.pick(this.#gone)
    this.looks++
    const result = await this.#instance.verify(login.accessToken)
    assert.equal(result.active, false, 'an access token that was revoked: accepted')
    if (!whole) return
    const refresh = await this.#instance.verify(login.refreshToken, REFRESH)
    assert.equal(refresh.active, false, 'a refresh token that was revoked: accepted')
  }

  async assertGone(): Promise<void> {
    for (const { login, whole } of this.#gone) {
      this.looks++
      if (whole) await assertLoginRefused(this.#instance, login, 'in the end')
      else
        assert.equal((await this.#instance.verify(login.accessToken)).active, false, 'in the end')
    }
  }

  /** How many logins that were not revoked are refused. */
  async loggedOut(): Promise<number> {
    let out = 0
    for (const { refreshToken } of [...this.#living.values()].flat()) {
      if (!(await this.#instance.verify(refreshToken, REFRESH)).active) out++
    }
    return out
  }
}
