import type { Context } from '../context.ts'
import type { Authenticated } from '../jwt/authenticated.ts'
import type { Signer } from '../jwt/signer.ts'
import type { Deadline } from '../store/deadline.ts'
import { type SignedSuccessor, type Successor, signSuccessor } from './successor.ts'

/** Signs the successor's tokens of one call, before each attempt to store its rotation. */
export class SuccessorSigner {
  readonly #context: Context
  readonly #token: Authenticated
  readonly #signer: Signer
  readonly #deadline: Deadline
  /** Of every attempt, the last one first: any of them may be the one that was stored. */
  readonly #signed: SignedSuccessor[] = []

  constructor(context: Context, token: Authenticated, signer: Signer, deadline: Deadline) {
    this.#context = context
    this.#token = token
    this.#signer = signer
    this.#deadline = deadline
  }

  async sign(successor: Successor): Promise<SignedSuccessor> {
    const signed = await signSuccessor(
      this.#context,
      this.#token,
      successor,
      this.#signer,
      this.#deadline,
    )
    this.#signed.unshift(signed)
    return signed
  }

  /** What was signed for this rotation before it was stored. A retry is signed now: it stores no rotation. */
  async signedFor(successor: Successor): Promise<SignedSuccessor> {
    const { at, expiresAt } = successor.rotation
    const known = this.#signed.find(
      ({ rotation }) => rotation.at === at && rotation.expiresAt === expiresAt,
    )
    return known && !successor.retried ? known : this.sign(successor)
  }
}
