import {
  CompactSign,
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from 'jose'
import { InvalidInput } from '../errors/errors.ts'
import type { Keys } from '../input/options.ts'
import { ALGORITHMS } from './algorithms.ts'

/** The ward's own keys: the public halves of all, and the first's private half to sign with. */
export interface OwnKeys {
  readonly public: readonly JWK[]
  readonly signer: Signer | null
}

export interface Signer {
  readonly alg: string
  /** Characters of a token beside its payload: header, signature and dots. */
  readonly overhead: number
  sign(typ: string, payload: Uint8Array): Promise<string>
}

/** A fresh pair as private JWKs, for development and tests; production keeps its keys. */
export async function generateKeys(alg = 'ES256'): Promise<Keys> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(privateKey)
  return [{ ...jwk, kid: await calculateJwkThumbprint(jwk), alg, use: 'sig' }]
}

/** @throws InvalidInput with the path of the key that cannot serve */
export async function importOwnKeys(jwks: Keys): Promise<OwnKeys> {
  const imported = await Promise.all(jwks.map((jwk, i) => importOne(jwk, `keys.${i}`)))
  const kids = new Set(jwks.map(({ kid }) => kid))
  if (kids.size < jwks.length) throw new InvalidInput('keys', 'each key needs a kid of its own.')
  const [first] = imported
  const signer = first ? await signerOf(first.jwk, first.key, 'keys.0') : null
  return { public: imported.map(({ jwk }) => publicHalf(jwk)), signer }
}

async function importOne(jwk: JWK, path: string): Promise<{ jwk: JWK; key: CryptoKey }> {
  if (typeof jwk !== 'object' || jwk === null) throw new InvalidInput(path, 'must be a JWK object.')
  const { kty, alg, kid, use } = jwk
  if (typeof kid !== 'string' || kid === '') throw new InvalidInput(`${path}.kid`, 'is required.')
  if (!ALGORITHMS[String(kty)]?.includes(String(alg))) {
    throw new InvalidInput(
      `${path}.alg`,
      'must be an asymmetric JWS algorithm that fits kty, such as ES256 for EC.',
    )
  }
  if (use !== undefined && use !== 'sig') throw new InvalidInput(`${path}.use`, "must be 'sig'.")
  try {
    const key = (await importJWK(jwk, alg)) as CryptoKey
    const { modulusLength = 2048 } = key.algorithm as { modulusLength?: number }
    if (modulusLength < 2048) throw new InvalidInput(path, 'an RSA key needs 2,048 bits or more.')
    return { jwk, key }
  } catch (cause) {
    if (cause instanceof InvalidInput) throw cause
    throw new InvalidInput(
      path,
      'is not a usable JWK; make one with generateKeys() or `tokenward keygen`.',
    )
  }
}

const PRIVATE = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'key_ops', 'ext'])

function publicHalf(jwk: JWK): JWK {
  return Object.fromEntries(Object.entries(jwk).filter(([name]) => !PRIVATE.has(name))) as JWK
}

async function signerOf(jwk: JWK, key: CryptoKey, path: string): Promise<Signer | null> {
  if (key.type !== 'private') return null
  const { alg = '', kid = '' } = jwk
  const sign = (typ: string, payload: Uint8Array): Promise<string> =>
    new CompactSign(payload).setProtectedHeader({ alg, kid, typ }).sign(key)
  const probe = await sign('at+jwt', new Uint8Array()).catch((cause: unknown) => {
    throw new InvalidInput(path, 'cannot sign with this key.', cause)
  })
  return { alg, overhead: probe.length, sign }
}
