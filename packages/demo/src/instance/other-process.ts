import type { RevocationNote, SigningKeys, Target } from '@tokenward/core'
import { tokenwardOptions } from './options.ts'
import { loadTokenward } from './tokenward.ts'

/** What this process is asked to do, once. */
export interface Order {
  readonly database: string
  /** Public ones: whoever only revokes has no business signing. */
  readonly keys: SigningKeys
  readonly target: Target
  readonly note: RevocationNote
  readonly module: string | undefined
}

async function carryOut({ database, keys, target, note, module }: Order): Promise<void> {
  const { createTokenward } = await loadTokenward(module)
  await using instance = await createTokenward(
    tokenwardOptions({ database, keys, trust: [], clock: Date.now }),
  )
  process.send?.(await instance.revoke(target, note))
}

// Nobody is left to work for once the parent is gone.
process.once('disconnect', () => process.exit())
process.once('message', carryOut)
