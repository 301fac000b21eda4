import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import { createRandom, FaultProxy } from '@tokenward/conformance/harness'
import { parseSetCookie } from 'cookie'
import { expect, test } from 'vitest'
import { type Endpoint, refresh, SessionCookie } from '../../src/endpoints.ts'
import { createEnvironment, pageHeaders, pagePost } from './environment.ts'
import { serve } from './server.ts'

const ROUNDS = 1_000
const MINUTE_MS = 60_000

/** What a page receives; `null`: the request or its answer was lost. */
type Answer = { readonly status: number; readonly setCookie: string | undefined } | null
/** Sends the cookie of a browser to the endpoint. */
type Network = (cookie: string) => Promise<Answer>

/** A browser: one cookie for all of its tabs. */
class Browser {
  cookie: string
  lost = 0

  constructor(cookie: string) {
    this.cookie = cookie
  }

  /** A tab refreshes, and repeats the request until it has an answer. */
  async refresh(network: Network): Promise<number> {
    for (let attempt = 0; attempt < 100; attempt++) {
      const answer = await network(`__Host-session=${this.cookie}`)
      if (answer?.setCookie !== undefined)
        this.cookie = parseSetCookie(answer.setCookie).value ?? ''
      if (answer === null) this.lost++
      else if (answer.status !== 409 && answer.status !== 503) return answer.status
    }
    return 0
  }
}

/** Loses requests and answers, and lets those of both tabs overtake each other. */
function overtaking(endpoint: Endpoint, seed: number): Network {
  const random = createRandom(seed)
  /** Some turns of the event loop: no time passes. */
  const delay = async () => {
    for (let turns = random.below(12); turns > 0; turns--) await setImmediate()
  }
  return async (cookie) => {
    await delay()
    const fate = random.next()
    if (fate < 0.1) return null
    const response = await endpoint(pagePost(cookie))
    await delay()
    if (fate < 0.4) return null
    return { status: response.status, setCookie: response.headers.get('set-cookie') ?? undefined }
  }
}

/** Requests by HTTP. A proxy before the server resets connections, or ends them in the middle of an answer. */
function proxied(proxy: FaultProxy, seed: number): Network {
  const random = createRandom(seed)
  return async (cookie) => {
    const fate = random.next()
    await proxy.set({ type: fate < 0.2 ? 'reset-after-send' : fate < 0.4 ? 'half-reply' : 'pass' })
    const sent = request({
      ...proxy.address,
      method: 'POST',
      agent: false,
      headers: pageHeaders(cookie),
    })
    sent.end()
    try {
      const [response] = (await once(sent, 'response')) as [IncomingMessage]
      await text(response)
      return { status: response.statusCode ?? 0, setCookie: response.headers['set-cookie']?.[0] }
    } catch {
      return null
    }
  }
}

interface Tabs {
  readonly tabs: readonly [Network, Network]
  close(): Promise<void>
}

const networks: readonly (readonly [name: string, open: (endpoint: Endpoint) => Promise<Tabs>])[] =
  [
    [
      'a network that reorders',
      async (endpoint) => ({
        tabs: [overtaking(endpoint, 17), overtaking(endpoint, 19)],
        close: async () => undefined,
      }),
    ],
    [
      'HTTP through a proxy that cuts connections',
      async (endpoint) => {
        const server = await serve()
        server.routes.set('/', endpoint)
        const { hostname, port } = new URL(server.origin)
        const address = { host: hostname, port: Number(port) }
        const [one, other] = [await FaultProxy.start(address), await FaultProxy.start(address)]
        return {
          tabs: [proxied(one, 17), proxied(other, 19)],
          async close() {
            await Promise.all([one.close(), other.close()])
            await server.close()
          },
        }
      },
    ],
  ]

test.each(networks)(
  'two tabs that refresh at once both stay logged in, whatever is lost, by %s',
  async (_, open) => {
    const env = await createEnvironment({
      // So that no refresh token expires within the rounds.
      lifetimes: { session: '900d', refresh: '90d' },
    })
    const cookie = new SessionCookie({ origin: 'https://app.example' })
    const login = await env.tokens.issue({ subject: 'ada', client: 'web' })
    const events = { retried: 0, reused: 0 }
    env.tokens.on('retried', () => events.retried++)
    env.tokens.on('reused', () => events.reused++)
    const browser = new Browser(login.refreshToken)
    const { tabs, close } = await open(refresh(env.tokens, { cookie }))
    const random = createRandom(18)
    // The store loses answers of its own.
    env.store.fault = (call) => {
      if (random.next() > 0.05) return 'none'
      return call === 'write' ? 'lost' : 'down'
    }
    for (let round = 0; round < ROUNDS; round++) {
      const statuses = await Promise.all(tabs.map((tab) => browser.refresh(tab)))
      expect(statuses, `round ${round}`).toEqual([200, 200])
      // Longer than the grace period and the skew: an older token would end the session.
      env.clock.now += MINUTE_MS
    }
    expect(events.reused).toBe(0)
    expect(events.retried).toBeGreaterThan(ROUNDS / 10)
    expect(browser.lost).toBeGreaterThan(ROUNDS / 10)
    await close()
    await env.close()
  },
)

test('a thief who presents an old token ends the session, every time', async () => {
  const env = await createEnvironment()
  const cookie = new SessionCookie({ origin: 'https://app.example' })
  const endpoint = refresh(env.tokens, { cookie })
  for (let round = 0; round < 20; round++) {
    const stolen = (await env.tokens.issue({ subject: 'ada', client: 'web' })).refreshToken
    const browser = new Browser(stolen)
    while (browser.cookie === stolen) await browser.refresh(overtaking(endpoint, round))
    env.clock.now += MINUTE_MS
    const thief = await endpoint(pagePost(`__Host-session=${stolen}`))
    expect(thief.status).toBe(400)
    const user = await endpoint(pagePost(`__Host-session=${browser.cookie}`))
    expect(user.status).toBe(400)
  }
  await env.close()
})
