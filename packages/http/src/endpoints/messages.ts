import type { MessageClaims, Received, ReceiveOptions, Target, Tokenward } from '@tokenward/core'
import type { Failure } from '../answers/failure.ts'

/** What an endpoint for messages of other issuers needs of an instance. */
export type Receiver = Pick<Tokenward, 'receive' | 'revoke'>

/** What an application's callback may name: nothing, or what to revoke. */
export type Targets = Target | readonly Target[] | null

/** What a message asks to revoke. */
export type TargetsOf = (claims: MessageClaims) => Promise<readonly Target[] | Failure>

/** The message is signed by its issuer, and asks for nothing that can be done. */
class Unacceptable extends Error {
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.description)
    this.failure = failure
  }
}

/**
 * Receives a message, and revokes what it names. The id is noted after that: where a revocation fails, the
 * sender may send the message again. Each revocation may be repeated.
 */
export async function receiveMessage(
  tokens: Receiver,
  message: string,
  options: ReceiveOptions,
  targetsOf: TargetsOf,
): Promise<Received | Failure> {
  try {
    return await tokens.receive(message, options, async (claims) => {
      const targets = await targetsOf(claims)
      if ('status' in targets) throw new Unacceptable(targets)
      const note = { reason: `message of ${claims.iss}`.slice(0, 1024), actor: claims.iss }
      await Promise.all(targets.map((target) => tokens.revoke(target, note)))
    })
  } catch (error) {
    if (error instanceof Unacceptable) return error.failure
    throw error
  }
}

/** The answer of an application's callback as a list. */
export function listOf(targets: Targets): readonly Target[] {
  if (targets === null) return []
  return Array.isArray(targets) ? targets : [targets as Target]
}
