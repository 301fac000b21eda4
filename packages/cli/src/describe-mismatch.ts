import type { Explanation, TokenwardOptions, TrustedIssuer } from '@tokenward/core'
import { printable } from './output/format.ts'

/** Which requirement a token does not meet. It has kinds of values, because values may be secrets. */
export interface MismatchDescription {
  /** What the token has: a kind of value, such as `none` or `a list of 2`. */
  readonly actual: string
  readonly text: string
  /** The option with the requirement: of the issuer in `trust`, or of the application. */
  readonly option?: string
}

/** `null`: the token was not refused for what it contains, or cannot be decoded. */
export function describeMismatch(
  token: string,
  explanation: Explanation,
  options: TokenwardOptions,
): MismatchDescription | null {
  const parts = decode(token)
  if (parts === null) return null
  if (explanation.reason === 'untrusted') return describeUntrusted(parts, options)
  const { claim = explanation.reason === 'insufficient-scope' ? 'scope' : undefined } = explanation
  if (claim === undefined) return null
  const expected = printable(explanation.expected ?? '')
  const trusted = trustedOf(parts, options)
  // The header has the name of a claim of Keycloak's: the expected value tells them apart.
  const isHeader = claim === 'typ' && trusted?.requiredClaims?.['typ'] !== explanation.expected
  const source = isHeader ? parts.header : parts.claims
  const actual = kindOf(Object.hasOwn(source, claim) ? source[claim] : undefined)
  const place = isHeader ? 'the header typ' : `the claim ${printable(claim)}`
  const option = isHeader ? trusted && 'typ' : optionOf(claim, explanation.expected, trusted)
  const text = `${place}: expected ${expected}; the token has ${actual}`
  return { actual, text, ...(option !== undefined && { option }) }
}

/** Two options can concern one claim: the expected value tells them apart. */
function optionOf(
  claim: string,
  expected: string | undefined,
  trusted: TrustedIssuer | undefined,
): string | undefined {
  if (trusted === undefined) return claim === 'aud' ? 'audience' : undefined
  const { requiredClaims = {}, audienceClaim = 'aud', jti, client, session } = trusted
  const rule = Object.hasOwn(requiredClaims, claim) ? requiredClaims[claim] : null
  if (rule === expected || (rule === true && expected === 'any value')) return 'requiredClaims'
  if (expected === 'a string') {
    const names = { jti, client, session }
    return Object.entries(names).find(([, name]) => name === claim)?.[0]
  }
  if (claim === audienceClaim) return 'audience'
  return claim === 'exp' ? 'maxLifetime' : undefined
}

function describeUntrusted(parts: Parts, options: TokenwardOptions): MismatchDescription {
  const { iss } = parts.claims
  const trusted = trustedOf(parts, options)
  if (trusted === undefined && iss !== options.issuer) {
    const known = [options.issuer, ...(options.trust ?? []).map(({ issuer }) => issuer)]
    const actual = typeof iss === 'string' ? 'another string' : kindOf(iss)
    const text = `the claim iss: expected ${printable(known.join(' or '))}; the token has ${actual}`
    return { actual, text, option: 'trust' }
  }
  const { alg } = parts.header
  const algorithms = trusted?.algorithms
  if (algorithms !== undefined && !algorithms.includes(alg as string)) {
    const text = `the header alg: expected ${algorithms.join(' or ')}; the token has another one`
    return { actual: 'another string', text, option: 'algorithms' }
  }
  const actual = 'no key of the issuer'
  const text =
    'the header: expected an accepted alg and the kid of a key of the issuer; the token has no such key'
  return { actual, text }
}

interface Parts {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
}

function trustedOf({ claims }: Parts, { trust = [] }: TokenwardOptions): TrustedIssuer | undefined {
  return trust.find(({ issuer }) => issuer === claims['iss'])
}

function decode(token: string): Parts | null {
  try {
    const [header, claims] = token.split('.', 2).map((part) => {
      return Object(JSON.parse(Buffer.from(part, 'base64url').toString()))
    })
    return { header, claims }
  } catch {
    return null
  }
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'none'
  if (value === null) return 'null'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'string') return value === '' ? 'an empty string' : 'another string'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
