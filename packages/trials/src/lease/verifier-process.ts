// A process of its own, so that it can be suspended: verifies tokens without pause, and remembers when the last
// verification of each that was accepted had begun.
import { open, type Setup, sharedNow } from './setup.ts'

const IN_FLIGHT = 16
const REPORT_EVERY = 1_000

export interface ToVerifier {
  readonly setup: Setup
  readonly tokens: readonly string[]
}

export type FromVerifier =
  | { readonly type: 'ready' }
  | { readonly type: 'verified'; readonly count: number }
  | Ended

export interface Ended {
  readonly type: 'ended'
  /** When the last verification of each token that was accepted had begun. */
  readonly lastAccepted: readonly number[]
  readonly fromMemory: number
}

const send = (message: FromVerifier) => process.send?.(message)

let isOver = false
process.once('disconnect', () => process.exit())
process.on('message', (message: ToVerifier | 'end') => {
  if (message === 'end') isOver = true
  else void verify(message)
})

async function verify({ setup, tokens }: ToVerifier): Promise<void> {
  const instance = await open(setup)
  send({ type: 'ready' })
  const lastAccepted = tokens.map(() => 0)
  let [count, reads] = [0, 0]
  instance.on('operation', () => count++)
  const lane = async () => {
    while (!isOver) {
      const n = Math.floor(Math.random() * tokens.length)
      const began = sharedNow()
      const { active } = await instance.verify(tokens[n] ?? '')
      if (active) lastAccepted[n] = Math.max(lastAccepted[n] ?? 0, began)
      if (count % REPORT_EVERY === 0) send({ type: 'verified', count })
      // What was found in memory leaves no room for timers and messages.
      if (sharedNow() - began > 0.1) reads++
      else if (count % 64 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
  await instance.close()
  send({ type: 'ended', lastAccepted, fromMemory: count - reads })
}
