import { createTokenward, generateKeys, prepare, type Tokenward, trust } from '@tokenward/core'
import { memory } from '@tokenward/memory'
import { calculateJwkThumbprint, exportJWK, importJWK, SignJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import { beforeAll, expect, test } from 'vitest'
import { bearer, type GuardOptions, type Refusal } from '../src/index.ts'

const RESOURCE = 'https://api.example/notes'
const AUDIENCE = 'https://api.example'
const as = { issuer: 'https://idp.example', jwks_uri: 'https://idp.example/jwks' }
const client: oauth.Client = { client_id: 'phone' }
let tokens: Tokenward
let token: string
let keyPair: CryptoKeyPair
let refusals: Refusal[] = []
let handler: (request: Request) => Promise<Response>

beforeAll(async () => {
  const [idpKey] = await generateKeys()
  const { d: _, ...publicKey } = idpKey
  keyPair = await oauth.generateKeyPair('ES256', { extractable: true })
  const jkt = await calculateJwkThumbprint(await exportJWK(keyPair.publicKey))
  const now = Math.floor(Date.now() / 1000)
  token = await new SignJWT({ client_id: 'phone', jti: 'a', sub: 'ada', cnf: { jkt } })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: idpKey.kid ?? '' })
    .setIssuer(as.issuer)
    .setAudience(AUDIENCE)
    .setIssuedAt(now)
    .setExpirationTime(now + 3000)
    .sign(await importJWK(idpKey))
  const jwks = { keys: [publicKey] }
  const options = {
    issuer: AUDIENCE,
    keys: await generateKeys(),
    repository: memory(),
    trust: [trust(as.issuer, { audience: AUDIENCE, maxLifetime: '1h', jwks })],
  }
  // A token that was issued before the store was prepared is revoked.
  await prepare({ ...options, clock: () => Date.now() - 120_000 })
  tokens = await createTokenward(options)
  const fetchKeys = async () => Response.json(jwks)
  const confirm: NonNullable<GuardOptions<Request>['confirm']> = async (cnf, request) => {
    if (cnf['jkt'] === undefined) return false
    try {
      await oauth.validateJwtAccessToken(as, request, AUDIENCE, {
        requireDPoP: true,
        [oauth.customFetch]: fetchKeys,
      })
      return true
    } catch (error) {
      if (error instanceof oauth.OperationProcessingError) return false
      throw error
    }
  }
  const onRefused = (refusal: Refusal) => refusals.push(refusal)
  handler = bearer(tokens, { schemes: ['Bearer', 'DPoP'], confirm, onRefused })(
    () => new Response(),
  )
})

/** What the client of oauth4webapi sends. */
async function requestOf(keys: CryptoKeyPair, url: string = RESOURCE): Promise<Request> {
  let sent: Request | undefined
  await oauth.protectedResourceRequest(token, 'GET', new URL(url), new Headers(), null, {
    DPoP: oauth.DPoP(client, keys),
    [oauth.customFetch]: async (target, init) => {
      sent = new Request(target, init as RequestInit)
      return new Response()
    },
  })
  if (sent === undefined) throw new Error('The client sent nothing.')
  return sent
}

/** The status, and the claim because of which the token was refused. */
async function outcomeOf(request: Request) {
  refusals = []
  const { status } = await handler(request)
  return { status, claim: refusals[0]?.result?.claim }
}

const unconfirmed = { status: 401, claim: 'cnf' }

test('a client with its proof is accepted', async () => {
  expect(await outcomeOf(await requestOf(keyPair))).toEqual({ status: 200, claim: undefined })
})

test('a thief of the token is refused: another key, and no proof', async () => {
  const other = await oauth.generateKeyPair('ES256')
  expect(await outcomeOf(await requestOf(other))).toEqual(unconfirmed)
  const withoutProof = (scheme: string) =>
    new Request(RESOURCE, { headers: { authorization: `${scheme} ${token}` } })
  expect(await outcomeOf(withoutProof('Bearer'))).toEqual(unconfirmed)
  expect(await outcomeOf(withoutProof('DPoP'))).toEqual(unconfirmed)
})

test('a proof for another address is refused', async () => {
  const { headers } = await requestOf(keyPair, 'https://api.example/other')
  expect(await outcomeOf(new Request(RESOURCE, { headers }))).toEqual(unconfirmed)
})

test('a revoked token is refused with its proof', async () => {
  const request = await requestOf(keyPair)
  await tokens.revoke(token)
  expect(await outcomeOf(request)).toEqual({ status: 401, claim: undefined })
  expect(refusals[0]?.result?.reason).toBe('revoked')
})
