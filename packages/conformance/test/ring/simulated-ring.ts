import type { StoredRecord, Write } from '@tokenward/core/adapter'
import type { ServerHandle, ServerMember } from '../../src/index.ts'

/** The possible defects. */
export type Flaw = 'goes-on-without' | 'forgets-what-it-had'

const SIZE = 3
const rings = new Map<string, SimulatedRing>()

class SimulatedMember implements ServerMember {
  records: Map<string, StoredRecord> = new Map()
  isDead = false
  #silence = Promise.withResolvers<void>()
  readonly #forgets: boolean

  constructor(forgets: boolean) {
    this.#forgets = forgets
    this.#silence.resolve()
  }

  /** After it resumes. */
  async awake(signal: AbortSignal): Promise<void> {
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
    await Promise.race([this.#silence.promise, aborted])
  }

  kill = async (): Promise<void> => {
    this.isDead = true
    if (this.#forgets) this.records = new Map()
  }

  start = async (): Promise<void> => {
    this.isDead = false
  }

  pause = async (): Promise<void> => {
    this.#silence = Promise.withResolvers()
  }

  resume = async (): Promise<void> => this.#silence.resolve()
}

/** Each key is on one of several servers that do not know each other. */
export class SimulatedRing {
  readonly members: readonly SimulatedMember[]
  readonly #flaw: Flaw | null

  constructor(flaw: Flaw | null) {
    this.#flaw = flaw
    const forgets = flaw === 'forgets-what-it-had'
    this.members = Array.from({ length: SIZE }, () => new SimulatedMember(forgets))
  }

  static at(url: string): SimulatedRing {
    const ring = rings.get(url)
    if (!ring) throw new Error(`there is no ${url}`)
    return ring
  }

  read(keys: readonly string[], signal: AbortSignal): Promise<(StoredRecord | null)[]> {
    return Promise.all(keys.map(async (key) => (await this.#of(key, signal)).get(key) ?? null))
  }

  write(writes: readonly Write[], signal: AbortSignal): Promise<boolean[]> {
    return Promise.all(
      writes.map(async ({ record, expected }) => {
        const records = await this.#of(record.key, signal)
        const etag = records.get(record.key)?.etag ?? null
        if (etag === expected) records.set(record.key, record)
        return etag === expected || etag === record.etag
      }),
    )
  }

  async #of(key: string, signal: AbortSignal): Promise<Map<string, StoredRecord>> {
    const place = Buffer.from(key, 'base64url').readUInt32BE()
    const own = this.members[place % SIZE] as SimulatedMember
    const next = this.members[(place + 1) % SIZE] as SimulatedMember
    const member = own.isDead && this.#flaw === 'goes-on-without' ? next : own
    await member.awake(signal)
    if (member.isDead) throw new Error('connection refused')
    return member.records
  }
}

export function startRing(flaw: Flaw | null): ServerHandle {
  const url = `ring:${crypto.randomUUID()}`
  const ring = new SimulatedRing(flaw)
  rings.set(url, ring)
  return {
    url,
    server: { name: 'a simulated ring', version: '1', standIn: false },
    stop: async () => void rings.delete(url),
    members: ring.members,
  }
}
