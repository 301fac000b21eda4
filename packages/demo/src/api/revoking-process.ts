import type { RevocationNote, SigningKeys, Target } from '@tokenward/core'
import { loadTokenward } from './load-tokenward.ts'
import { tokenwardOptions } from './options.ts'

/** The one revocation that this process makes. */
export interface RevocationRequest {
  readonly database: string
  /** Public keys: a process that only revokes does not need to sign. */
  readonly keys: SigningKeys
  readonly target: Target
  readonly note: RevocationNote
  readonly module: string | undefined
}

async function revoke({ database, keys, target, note, module }: RevocationRequest): Promise<void> {
  const { createTokenward } = await loadTokenward(module)
  await using tokens = await createTokenward(
    tokenwardOptions({ database, keys, trust: [], clock: Date.now }),
  )
  process.send?.(await tokens.revoke(target, note))
}

// The parent has ended: no process would receive the result.
process.once('disconnect', () => process.exit())
process.once('message', revoke)
