import * as fc from 'fast-check'
import type { Etag, Operation } from '../../src/linearizability/operation.ts'

/** One call: its arguments, and when it begins, reaches the register and ends. */
export interface Call {
  readonly asks: 'read' | 'right' | 'stale' | 'repeat' | 'insert'
  /** Which older etag or write, where there are several. */
  readonly pick: number
  /** Time before and after it reaches the register. */
  readonly wait: number
  readonly linger: number
  readonly answer: 'heard' | 'lost' | 'never sent'
  /** Whether the flaw, if there is one, occurs here. */
  readonly struck: boolean
}

export const calls: fc.Arbitrary<Call[]> = fc.array(
  fc.record({
    asks: fc.constantFrom('read', 'read', 'right', 'right', 'stale', 'repeat', 'insert'),
    pick: fc.nat(7),
    wait: fc.nat(30),
    linger: fc.nat(30),
    answer: fc.constantFrom('heard', 'heard', 'heard', 'heard', 'lost', 'never sent'),
    struck: fc.boolean(),
  }) as fc.Arbitrary<Call>,
  { minLength: 1, maxLength: 60, size: 'max' },
)

/** Ways in which stores are wrong. */
export type Flaw = 'compare-then-set' | 'stale-read' | 'lost-update' | 'repeat-returns-false'

const STEP = 10

/** A register that calls reach one by one while they overlap; or one with a flaw. */
export function simulate(calls: readonly Call[], flaw?: Flaw): Operation[] {
  const register = new Register(flaw)
  return calls.flatMap((call, i): Operation[] => {
    const instant = (i + 1) * STEP + 30
    const span = { process: `c${i}`, key: 'k', invoke: instant - call.wait }
    const heard = { ...span, return: instant + call.linger }
    if (call.asks === 'read') {
      const seen = { ...heard, op: 'read', expected: null, etag: register.read(call) } as const
      return call.answer === 'heard' ? [{ ...seen, outcome: 'ok' as const }] : []
    }
    const sent = register.writeOf(call, `e${i}`)
    const outcome = call.answer !== 'never sent' && register.write(call, sent) ? 'ok' : 'fail'
    const write = { ...heard, op: 'write', ...sent } as const
    return call.answer === 'heard'
      ? [{ ...write, outcome }]
      : [{ ...write, return: null, outcome: 'indeterminate' as const }]
  })
}

interface Sent {
  readonly expected: Etag
  readonly etag: string
}

class Register {
  readonly #flaw: Flaw | undefined
  #state: Etag = null
  readonly #past: Etag[] = [null]
  readonly #sent: Sent[] = []

  constructor(flaw: Flaw | undefined) {
    this.#flaw = flaw
  }

  read({ struck, pick }: Call): Etag {
    if (this.#flaw !== 'stale-read' || !struck) return this.#state
    return this.#past.at(-2 - pick) ?? this.#state
  }

  writeOf({ asks, pick }: Call, etag: string): Sent {
    if (asks === 'repeat') return this.#sent.at(-1 - pick) ?? { expected: null, etag }
    if (asks === 'stale') return { expected: this.#past.at(-2 - pick) ?? 'never', etag }
    return { expected: asks === 'insert' ? null : this.#state, etag }
  }

  write({ struck }: Call, sent: Sent): boolean {
    this.#sent.push(sent)
    const { expected, etag } = sent
    if (etag === this.#state) return !(this.#flaw === 'repeat-returns-false' && struck)
    // It was compared with the etag before the last change, and is set now.
    const late = this.#flaw === 'compare-then-set' && struck && expected === this.#past.at(-2)
    if (expected !== this.#state && !late) return false
    if (this.#flaw === 'lost-update' && struck) return true
    this.#state = etag
    this.#past.push(etag)
    return true
  }
}
