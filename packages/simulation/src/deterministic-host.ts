// The time, chance and signatures of a simulated process. While it is installed, nothing that
// core does depends on the machine that the simulation runs on: no timer, no thread pool, and
// only the random numbers of the seed.
import type { webcrypto } from 'node:crypto'
import { createRandom, type Random } from '@tokenward/conformance/harness'
import type { Machine } from './machine.ts'
import { sealingStub, secretKey } from './sealing-stub.ts'
import { signatureOf } from './signature.ts'

const { setImmediate: realImmediate, setTimeout: realTimeout } = globalThis
/** Real turns of the event loop, before the turns become longer. */
const SHORT_TURNS = 1_000
/** Turns of at least 1 ms: more than any module takes to load, also on a busy machine. */
const LONG_TURNS = 60_000

type ImportKey = (...asked: unknown[]) => Promise<webcrypto.CryptoKey>

export class DeterministicHost {
  #running: Machine | null = null
  #random: Random = createRandom(0)
  #soon: (() => void)[] = []
  readonly #originals: (() => void)[] = []

  /** Replaces the process's own, until {@link restore}. Nothing else should run meanwhile. */
  install(): void {
    const timer = (task: () => void, ms = 0): object => this.#machine().schedule(task, ms)
    this.#replace(globalThis, 'setTimeout', timer)
    this.#replace(globalThis, 'clearTimeout', (handle: unknown) => this.#running?.cancel(handle))
    this.#replace(globalThis, 'setImmediate', (task: () => void) => void this.#soon.push(task))
    this.#replace(globalThis, 'performance', { now: () => this.#machine().monotonic })
    const { now } = Date
    this.#replace(Date, 'now', () => this.#running?.clock ?? now())
    this.#replace(crypto, 'getRandomValues', (bytes: Uint8Array) => this.#fill(bytes))
    // Thousands of errors are created, and their stacks are not read.
    this.#replace(Error, 'stackTraceLimit', 0)
    this.#replaceSignatures()
  }

  restore(): void {
    for (const undo of this.#originals.splice(0).reverse()) undo()
  }

  /** The ids, epochs and etags that follow depend on this seed. */
  seed(seed: number): void {
    this.#random = createRandom(seed)
  }

  /** Runs a machine until it waits for its store, for time, or for nothing. */
  async run(machine: Machine, task: () => void): Promise<void> {
    this.#running = machine
    task()
    for (let turns = 0; turns < SHORT_TURNS + LONG_TURNS; turns++) {
      await this.#settle()
      if (machine.waits) return
      // A module is loading for the first time, which takes real turns, and other threads.
      await (turns < SHORT_TURNS ? realTurn() : longTurn())
    }
    throw new Error(`${machine.name} neither ends nor waits: ${machine.running.join()}`)
  }

  // A tick queued by a microtask runs once no microtask is left.
  async #settle(): Promise<void> {
    for (;;) {
      await new Promise<void>((resolve) => process.nextTick(resolve))
      if (this.#soon.length === 0) return
      for (const task of this.#soon.splice(0)) task()
    }
  }

  #machine(): Machine {
    if (this.#running) return this.#running
    throw new Error('No machine is running in the simulation, but its clock was read.')
  }

  #fill(bytes: Uint8Array): Uint8Array {
    for (let i = 0; i < bytes.length; i++) bytes[i] = this.#random.below(256)
    return bytes
  }

  #replaceSignatures(): void {
    const { subtle } = crypto
    const original = subtle.importKey.bind(subtle) as unknown as ImportKey
    const imported = new Map<string, Promise<webcrypto.CryptoKey>>()
    this.#replace(subtle, 'importKey', (...asked: unknown[]) => {
      const [format, bytes, algorithm, , usages] = asked
      if (format === 'raw')
        return Promise.resolve(secretKey(bytes as Uint8Array, algorithm, usages as string[]))
      const name = JSON.stringify(asked)
      const key = imported.get(name) ?? original(...asked)
      imported.set(name, key)
      return key
    })
    for (const [name, stub] of Object.entries(sealingStub)) this.#replace(subtle, name, stub)
    this.#replace(subtle, 'sign', async (_: unknown, __: unknown, data: Uint8Array) =>
      signatureOf(data),
    )
    this.#replace(
      subtle,
      'verify',
      async (_: unknown, __: unknown, signature: Uint8Array, data: Uint8Array) =>
        signatureOf(data).equals(signature),
    )
  }

  #replace(target: object, name: string, value: unknown): void {
    const original = Object.getOwnPropertyDescriptor(target, name)
    Object.defineProperty(target, name, { value, configurable: true, writable: true })
    this.#originals.push(() => {
      if (original) Object.defineProperty(target, name, original)
      else Reflect.deleteProperty(target, name)
    })
  }
}

/** Leaves the processor to the threads that read files. */
function longTurn(): Promise<void> {
  return new Promise((resolve) => realTimeout(resolve, 1))
}

/** A turn of the real event loop, whatever is installed. */
export function realTurn(): Promise<void> {
  return new Promise((resolve) => realImmediate(resolve))
}
