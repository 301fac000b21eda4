import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import type { Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { SECOND } from '../../harness/clock.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertActive, assertRefused } from './assertions.ts'

/** Order of the curve P-256 (NIST SP 800-186 §3.2.1.3). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

const reEncodedToken: Case = {
  planRow: 32,
  name: 're-encoded-token',
  level: 'engine',
  catches:
    'a token is identified by its claims, not by its text: the same JWT has several encodings',
  requires: always,
  async run(context) {
    const instance = await context.instance()
    const login = await instance.issue({ subject: 'ada', client: 'web' })
    await assertVariantsRefused(instance, login.accessToken, () =>
      instance.revoke(login.accessToken),
    )
    const used = await instance.issue({ subject: 'ada', client: 'web' })
    await assertVariantsRefused(instance, used.accessToken, () =>
      instance.consume(used.accessToken),
    )
    const other = await instance.issue({ subject: 'ada', client: 'web' })
    // The other way round: one encoding is revoked, and all are refused.
    await assertVariantsRefused(instance, other.accessToken, () =>
      instance.revoke(mirrored(other.accessToken)),
    )
    await refreshVariants(context)
    if (context.environment.capabilities.durability === 'durable') await withoutId(context)
  },
}

async function assertVariantsRefused(
  instance: Tokenward,
  token: string,
  kill: () => Promise<unknown>,
): Promise<void> {
  await assertActive(instance, token, 'as it was signed')
  // Shows that the case can fail: this text was never revoked, and it verifies.
  await assertActive(instance, mirrored(token), 'with the other signature of the same message')
  await kill()
  for (const text of [token, ...encodingsOf(token)]) {
    const result = await instance.verify(text as string)
    assert.equal(result.active, false, `accepted: ${JSON.stringify(text)}`)
    const consumed = await instance.consume(text as string)
    assert.equal(consumed.active, false, `consumed: ${JSON.stringify(text)}`)
  }
}

async function refreshVariants(context: CaseContext): Promise<void> {
  const instance = await context.instance({ grace: '0s' })
  const login = await instance.issue({ subject: 'ada', client: 'web' })
  await instance.revoke(login.refreshToken)
  for (const text of [login.refreshToken, ...encodingsOf(login.refreshToken)]) {
    assert.equal((await instance.rotate(text as string)).active, false, JSON.stringify(text))
  }
}

/** An external token without `jti` is identified by its signing input. */
async function withoutId(context: CaseContext): Promise<void> {
  const { provider } = context.environment
  const instance = await context.instance({ trust: [provider.trusted] })
  const iat = Math.floor(context.clock() / SECOND)
  const token = await provider.sign({ iat, exp: iat + 600 })
  await assertVariantsRefused(instance, token, () => instance.revoke(token))
  const sibling = await provider.sign({ iat, exp: iat + 601 })
  await assertActive(instance, sibling, 'another token without an id')
  await instance.revoke(mirrored(sibling))
  await assertRefused(instance, sibling, 'revoked by its other encoding', 'revoked')
}

/** The same header and payload in other encodings; not all of them verify, and none may be accepted. */
function encodingsOf(token: string): unknown[] {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const spread = (parts: readonly string[]) => parts.join('.')
  const json = { protected: header, payload, signature }
  return [
    mirrored(token),
    ...lastCharacters(signature).map((other) => spread([header, payload, other])),
    ...lastCharacters(payload).map((other) => spread([header, other, signature])),
    spread([header, payload, `${signature}=`]),
    spread([header, payload, `${signature}==`]),
    spread([`${header}=`, `${payload}=`, signature]),
    spread([header, payload, Buffer.from(signature, 'base64url').toString('base64')]),
    spread([header, payload, derOf(signature)]),
    ` ${token}`,
    `${token} `,
    `${token}\n`,
    `\ufeff${token}`,
    `Bearer ${token}`,
    `${token}.`,
    `${token}\0`,
    `${header}.${payload.slice(0, 4)}\n${payload.slice(4)}.${signature}`,
    JSON.stringify(json),
    JSON.stringify({ payload, signatures: [json] }),
    json,
    [token],
    `"${token}"`,
    new String(token),
    Buffer.from(token),
    { toString: () => token },
  ]
}

/** With unused bits set in the last character: lenient decoders return the same bytes. */
function lastCharacters(text: string): string[] {
  const last = BASE64URL.indexOf(text.at(-1) ?? 'A')
  const unused = { 2: 4, 3: 2 }[text.length % 4] ?? 0
  return Array.from({ length: 2 ** unused - 1 }, (_, i) => {
    return text.slice(0, -1) + BASE64URL[last ^ (i + 1)]
  })
}

/** (r, n − s) is a valid ECDSA signature wherever (r, s) is. */
function mirrored(token: string): string {
  const [header, payload, signature = ''] = token.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`)
  const other = Buffer.from((ORDER - s).toString(16).padStart(64, '0'), 'hex')
  return [
    header,
    payload,
    Buffer.concat([bytes.subarray(0, 32), other]).toString('base64url'),
  ].join('.')
}

/** As ASN.1 DER, which X.509 uses and JWS (RFC 7518 §3.4) does not. */
function derOf(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url')
  const integer = (part: Buffer) => Buffer.from([2, 33, 0, ...part])
  const body = [...integer(bytes.subarray(0, 32)), ...integer(bytes.subarray(32))]
  return Buffer.from([0x30, body.length, ...body]).toString('base64url')
}

export const cases: readonly Case[] = [reEncodedToken]
