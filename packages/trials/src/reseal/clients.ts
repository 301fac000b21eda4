import type { Login, Tokenward } from '@tokenward/core'
import { Latencies } from '../latencies.ts'

const CLIENTS = 16

/** Clients that rotate and update without pause, each its own sessions, and one that verifies. */
export class Clients {
  /** Of `verify`. */
  readonly latencies: Latencies = new Latencies()
  /** How often each session was updated, by its number. */
  readonly visits: Map<number, number> = new Map()
  /** The latest refresh token of each session that was rotated. */
  readonly current: Map<number, string> = new Map()
  readonly #tokens: Tokenward
  readonly #logins: readonly Login[]
  #stopped = false
  readonly #running: Promise<unknown>

  constructor(tokens: Tokenward, logins: readonly Login[]) {
    this.#tokens = tokens
    this.#logins = logins
    const clients = Array.from({ length: CLIENTS }, (_, client) => this.#visit(client))
    this.#running = Promise.all([...clients, this.#verify()])
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#running
  }

  async #visit(client: number): Promise<void> {
    for (let n = client; !this.#stopped; n = (n + CLIENTS * 61) % this.#logins.length) {
      const login = this.#logins[n] as Login
      const updated = await this.#tokens.updateData({ session: login.session }, (data) => {
        const { visits, user } = data as { visits: number; user: number }
        return { user, visits: visits + 1 }
      })
      if (updated.updated) this.visits.set(n, (this.visits.get(n) ?? 0) + 1)
      else if (updated.reason !== 'revoked') throw new Error(`not updated: ${updated.reason}`)
      const rotated = await this.#tokens.rotate(this.current.get(n) ?? login.refreshToken)
      if (rotated.active) this.current.set(n, rotated.refreshToken)
      else if (rotated.reason !== 'revoked') throw new Error(`not rotated: ${rotated.reason}`)
    }
  }

  async #verify(): Promise<void> {
    for (let n = 0; !this.#stopped; n = (n + 101) % this.#logins.length) {
      const { accessToken } = this.#logins[n] as Login
      const result = await this.latencies.measure(() => this.#tokens.verify(accessToken))
      if (!result.active && result.reason !== 'revoked' && result.reason !== 'expired')
        throw new Error(`refused: ${result.reason}`)
    }
  }
}
