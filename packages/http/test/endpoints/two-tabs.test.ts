import { setImmediate } from 'node:timers/promises'
import { parseSetCookie } from 'cookie'
import { expect, test } from 'vitest'
import { refresh, SessionCookie } from '../../src/endpoints.ts'
import { createEnvironment, pagePost } from './environment.ts'

const ROUNDS = 1_000
const MINUTE_MS = 60_000

/** The same numbers in every run. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 32
  }
}

/** A browser: one cookie for all of its tabs. The network may lose a request, or its answer. */
class Browser {
  cookie: string
  readonly #send: (request: Request) => Promise<Response>
  readonly #random: () => number
  lost = 0

  constructor(cookie: string, send: (request: Request) => Promise<Response>, seed: number) {
    this.cookie = cookie
    this.#send = send
    this.#random = random(seed)
  }

  /**
   * A tab refreshes, and repeats the request until it has an answer. Requests and answers of both tabs
   * overtake each other.
   */
  async refresh(): Promise<number> {
    for (let attempt = 0; attempt < 100; attempt++) {
      const sent = pagePost(`__Host-session=${this.cookie}`)
      await this.#delay()
      const fate = this.#random()
      if (fate < 0.1) {
        this.lost++
        continue
      }
      const response = await this.#send(sent)
      await this.#delay()
      if (fate < 0.4) {
        this.lost++
        continue
      }
      const set = response.headers.get('set-cookie')
      if (set !== null) this.cookie = parseSetCookie(set).value ?? ''
      if (response.status !== 409 && response.status !== 503) return response.status
    }
    return 0
  }

  /** Some turns of the event loop: no time passes. */
  async #delay(): Promise<void> {
    for (let turns = Math.floor(this.#random() * 12); turns > 0; turns--) await setImmediate()
  }
}

test('two tabs that refresh at once both stay logged in, whatever answers are lost', async () => {
  const env = await createEnvironment({
    // So that no refresh token expires within the rounds.
    lifetimes: { session: '900d', refresh: '90d' },
  })
  const cookie = new SessionCookie({ origin: 'https://app.example' })
  const login = await env.tokens.issue({ subject: 'ada', client: 'web' })
  const events = { retried: 0, reused: 0 }
  env.tokens.on('retried', () => events.retried++)
  env.tokens.on('reused', () => events.reused++)
  const browser = new Browser(login.refreshToken, refresh(env.tokens, { cookie }), 17)
  const chance = random(18)
  // The store loses answers of its own.
  env.store.fault = (call) => {
    if (chance() > 0.05) return 'none'
    return call === 'write' ? 'lost' : 'down'
  }
  for (let round = 0; round < ROUNDS; round++) {
    const statuses = await Promise.all([browser.refresh(), browser.refresh()])
    expect(statuses, `round ${round}`).toEqual([200, 200])
    // Longer than the grace period and the skew: an older token would end the session.
    env.clock.now += MINUTE_MS
  }
  expect(events.reused).toBe(0)
  expect(events.retried).toBeGreaterThan(ROUNDS / 10)
  expect(browser.lost).toBeGreaterThan(ROUNDS / 10)
  await env.close()
})

test('a thief who presents an old token ends the session, every time', async () => {
  const env = await createEnvironment()
  const cookie = new SessionCookie({ origin: 'https://app.example' })
  const endpoint = refresh(env.tokens, { cookie })
  for (let round = 0; round < 20; round++) {
    const stolen = (await env.tokens.issue({ subject: 'ada', client: 'web' })).refreshToken
    const browser = new Browser(stolen, endpoint, round)
    while (browser.cookie === stolen) await browser.refresh()
    env.clock.now += MINUTE_MS
    const thief = await endpoint(pagePost(`__Host-session=${stolen}`))
    expect(thief.status).toBe(400)
    const user = await endpoint(pagePost(`__Host-session=${browser.cookie}`))
    expect(user.status).toBe(400)
  }
  await env.close()
})
