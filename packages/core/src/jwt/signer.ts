import type { JWK } from 'jose'
import type { Deadline } from '../store/deadline.ts'
import type { VerificationKey } from './key-set.ts'

/** What is signed: the header `typ` and the payload. */
export interface Unsigned {
  readonly typ: string
  readonly payload: Uint8Array
}

/** A private key of the instance. */
export interface Signer {
  readonly alg: string
  readonly kid: string
  /** The length of a token without its payload, in characters: header, signature and dots. */
  readonly overhead: number
  /** @throws `TOKENWARD_KEYS_UNAVAILABLE`: the service that signs failed */
  sign(token: Unsigned, deadline: Deadline): Promise<string>
}

/** The public part of a key of the instance. */
export interface OwnPublicKey {
  readonly public: JWK
  readonly verifier: VerificationKey
}

/** A key of the instance. `signer` is `null` for a public key. */
export interface OwnKey extends OwnPublicKey {
  readonly signer: Signer | null
}
