import type { JWK } from 'jose'
import type { Authenticator } from '../jwt/authenticator.ts'
import type { Issuer } from '../jwt/issuer.ts'
import type { Signer } from '../jwt/own-keys.ts'
import type { Naming } from '../naming/naming.ts'
import type { Policy } from '../policy/policy.ts'
import type { Capabilities, Finding } from '../repository/capabilities.ts'
import type { TokenRepository } from '../repository/contract.ts'
import type { Store } from '../store/store.ts'
import type { RootOwner } from '../transitions/root.ts'
import type { Emitter } from './events.ts'

/** What every operation works with; made once, by `createTokenward`. */
export interface Context {
  readonly policy: Policy
  readonly naming: Naming
  /** The root that this instance makes, where there is none. */
  readonly rootOwner: RootOwner
  readonly authenticator: Authenticator
  /** The ward's own first. */
  readonly issuers: ReadonlyMap<string, Issuer>
  /** `null`: verify-only. */
  readonly signer: Signer | null
  readonly publicKeys: readonly JWK[]
  readonly repository: TokenRepository
  /** As claimed, less what was found. */
  readonly capabilities: Capabilities
  readonly findings: readonly Finding[]
  readonly store: Store
  readonly events: Emitter
}
