import type { StoredRecord, Write } from '@tokenward/core/adapter'
import type { ServerHandle } from '../../src/index.ts'

/** The possible defects. */
export type Flaw =
  | 'followers-behind'
  | 'deposed-answers'
  | 'deposed-takes-writes'
  | 'refuses-writes-after'
  /** The contract allows it. */
  | 'rejects-once-after'

interface Node {
  records: Map<string, StoredRecord>
  awake: Promise<void>
  halted: boolean
}

const sets = new Map<string, SimulatedSet>()

/** Three nodes, one of them the primary, which the others follow. */
export class SimulatedSet {
  readonly #nodes: Node[] = [0, 1, 2].map(() => ({
    records: new Map(),
    awake: Promise.resolve(),
    halted: false,
  }))
  readonly #flaw: Flaw | null
  #primary = 0
  #rejections = 0

  constructor(flaw: Flaw | null) {
    this.#flaw = flaw
  }

  /** `set:<id>` leads to the current primary, `set:<id>/1` to that node only. */
  static at(url: string): { set: SimulatedSet; node: number | null } {
    const [id = '', node] = url.split('/')
    const set = sets.get(id)
    if (!set) throw new Error(`there is no ${id}`)
    return { set, node: node === undefined ? null : Number(node) }
  }

  async read(node: number | null, keys: readonly string[]): Promise<(StoredRecord | null)[]> {
    const { records } = await this.#answering(node, 'deposed-answers')
    return keys.map((key) => records.get(key) ?? null)
  }

  async write(node: number | null, writes: readonly Write[]): Promise<boolean[]> {
    const { records } = await this.#answering(node, 'deposed-takes-writes')
    if (this.#rejections > 0) {
      this.#rejections--
      throw new Error('the connection to the old primary ended')
    }
    if (this.#flaw === 'followers-behind') this.#replicate() // All but this one.
    if (this.#flaw === 'refuses-writes-after' && this.isHalted) return writes.map(() => false)
    const answers = writes.map(({ record, expected }) => {
      const etag = records.get(record.key)?.etag ?? null
      if (etag === expected) records.set(record.key, record)
      return etag === expected || etag === record.etag
    })
    if (this.#flaw !== 'followers-behind') this.#replicate()
    return answers
  }

  failover = async (): Promise<void> => {
    this.#primary = (this.#primary + 1) % this.#nodes.length
    this.#replicate()
  }

  depose = async (): Promise<() => Promise<void>> => {
    const old = this.#nodes[this.#primary] as Node
    const waking = Promise.withResolvers<void>()
    old.awake = waking.promise
    old.halted = true
    this.#primary = (this.#primary + 1) % this.#nodes.length
    this.#rejections = this.#flaw === 'rejects-once-after' ? 1 : 0
    return async () => {
      old.halted = false
      waking.resolve()
    }
  }

  primary = (): number => this.#primary

  get isHalted(): boolean {
    return this.#nodes.some(({ halted }) => halted)
  }

  /** Followers have the primary's writes; those of a deposed primary are rolled back. */
  #replicate(): void {
    const primary = this.#nodes[this.#primary] as Node
    for (const node of this.#nodes) {
      if (node !== primary && !node.halted) node.records = new Map(primary.records)
    }
  }

  async #answering(asked: number | null, allows: Flaw): Promise<Node> {
    const node = this.#nodes[asked ?? this.#primary] as Node
    await node.awake
    if (node === this.#nodes[this.#primary] || this.#flaw === allows) return node
    throw new Error('not the primary')
  }
}

export function startSet(flaw: Flaw | null): ServerHandle {
  const url = `set:${crypto.randomUUID()}`
  const set = new SimulatedSet(flaw)
  sets.set(url, set)
  return {
    url,
    server: { name: 'a simulated set', version: '1', standIn: false },
    stop: async () => void sets.delete(url),
    failover: set.failover,
    primary: async () => `${url}/${set.primary()}`,
    depose: set.depose,
  }
}
