// What others use instead: libraries and statements written by hand.
import type { SigningKeys } from '@tokenward/core'
import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { createVerifier } from 'fast-jwt'
import { type CryptoKey, exportSPKI, importJWK, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import type { Operation } from './measure.ts'
import type { PlainSessions } from './stores/measured-store.ts'
import { ISSUER } from './tokenward.ts'

const SESSION = '30d'

interface SignatureChecks {
  readonly jose: Operation
  readonly fastJwt: Operation
}

/** The signature by a library, and one lookup in the store. */
export async function checksBySignature(
  keys: SigningKeys,
  accessTokens: readonly string[],
  get: Operation,
): Promise<SignatureChecks> {
  const { publicKey } = await keyPairOf(keys)
  const tokenOf = (n: number) => accessTokens[n % accessTokens.length] ?? ''
  const required = { issuer: ISSUER, audience: ISSUER, typ: 'at+jwt', algorithms: ['ES256'] }
  const fastVerify = createVerifier({
    key: await exportSPKI(publicKey),
    cache: 2 * accessTokens.length,
    algorithms: ['ES256'],
    allowedIss: ISSUER,
    allowedAud: ISSUER,
    checkTyp: 'at+jwt',
  })
  return {
    jose: async (n) => {
      await jwtVerify(tokenOf(n), publicKey, required)
      await get(n)
    },
    fastJwt: async (n) => {
      fastVerify(tokenOf(n))
      await get(n)
    },
  }
}

/** The check of one session of better-auth, by its cookie. */
export async function betterAuthSession(
  store: Pick<BetterAuthOptions, 'database' | 'secondaryStorage'>,
): Promise<Operation> {
  const options: BetterAuthOptions = {
    ...store,
    secret: 'only for the benchmark, and long enough',
    baseURL: ISSUER,
    emailAndPassword: { enabled: true },
    logger: { level: 'error' },
  }
  if (store.database) await (await getMigrations(options)).runMigrations()
  const { api } = betterAuth(options)
  const user = {
    email: `${crypto.randomUUID()}@user.example`,
    password: 'a password',
    name: 'user',
  }
  const { headers } = await api.signUpEmail({ body: user, returnHeaders: true })
  const cookie = headers
    .getSetCookie()
    .map((each) => each.split(';', 1)[0])
    .join('; ')
  return async () => {
    if ((await api.getSession({ headers: new Headers({ cookie }) })) === null)
      throw new Error('better-auth refused the session')
  }
}

/**
 * A rotation as one writes it by hand: check the refresh token, replace its generation in the session where
 * it is the stored one, insert the new access token, and sign both.
 */
export async function rotationByHand(
  sessions: PlainSessions,
  keys: SigningKeys,
  concurrency: number,
): Promise<Operation> {
  const { publicKey, privateKey } = await keyPairOf(keys)
  const sign = (claims: JWTPayload, lifetime: string) =>
    new SignJWT({ ...claims, iss: ISSUER, aud: ISSUER, sub: 'rotating', client_id: 'client' })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
      .setIssuedAt()
      .setExpirationTime(lifetime)
      .sign(privateKey)
  const idle: string[] = []
  let started = 0
  const logIn = async () => {
    const session = concurrency * 1e6 + started++
    await sessions.start(session)
    return sign({ session, generation: 0 }, SESSION)
  }
  return async () => {
    const presented = idle.pop() ?? (await logIn())
    const { payload } = await jwtVerify(presented, publicKey, { issuer: ISSUER })
    const [session, generation] = [Number(payload['session']), Number(payload['generation'])]
    const jti = crypto.randomUUID()
    if (!(await sessions.rotate(session, generation, jti)))
      throw new Error('the generation was not the stored one')
    const [refreshToken] = await Promise.all([
      sign({ session, generation: generation + 1 }, SESSION),
      sign({ jti }, '15m'),
    ])
    idle.push(refreshToken)
  }
}

async function keyPairOf([jwk]: SigningKeys): Promise<{
  publicKey: CryptoKey
  privateKey: CryptoKey
}> {
  const { d: _, ...publicJwk } = jwk
  return {
    publicKey: (await importJWK(publicJwk, 'ES256')) as CryptoKey,
    privateKey: (await importJWK(jwk, 'ES256')) as CryptoKey,
  }
}
