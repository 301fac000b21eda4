import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import type { RotateOptions, Tokenward } from '../src/index.ts'
import { ADA, instance } from './instance.ts'

const STALE = { active: false, reason: 'stale-claims' }
const admin = { role: 'admin' }
const reader = { role: 'reader' }

async function rotated(tokens: Tokenward, refreshToken: string, options?: RotateOptions) {
  const result = await tokens.rotate(refreshToken, options)
  if (!result.active) throw new Error(result.reason)
  const { role } = decodeJwt<{ role?: string }>(result.accessToken)
  return { ...result, role }
}

async function login(claims?: object | (() => object)) {
  const { tokens, clock } = await instance()
  const { refreshToken } = await tokens.issue({ ...ADA, ...(claims && { claims }) })
  const revokeAccess = () => tokens.revoke({ subject: 'ada' }, { only: 'access' })
  return { tokens, clock, refreshToken, revokeAccess }
}

test('claims are checked before the token', async () => {
  const { tokens } = await instance()
  const refused = { code: 'TOKENWARD_INVALID_INPUT', path: 'claims.iss' }
  const claims = { iss: 'another' }
  await expect(tokens.rotate('a.b.c', { claims })).rejects.toMatchObject(refused)
})

test('claims of a function have to be given with each rotation', async () => {
  const { tokens, refreshToken } = await login(() => admin)
  expect(await tokens.rotate(refreshToken)).toEqual(STALE)
  const given = await rotated(tokens, refreshToken, { claims: () => reader })
  expect(given).toMatchObject({ retried: false, role: 'reader' })
  expect(await tokens.rotate(given.refreshToken)).toEqual(STALE)
  const claims = await rotated(tokens, given.refreshToken, { claims: reader })
  expect(claims).toMatchObject({ retried: false, role: 'reader' })
})

test('a function gives the claims of one access token, and those of the login are carried on', async () => {
  const { tokens, refreshToken } = await login(admin)
  const given = await rotated(tokens, refreshToken, { claims: () => reader })
  expect(given.role).toBe('reader')
  expect((await rotated(tokens, given.refreshToken)).role).toBe('admin')
})

describe('after access was revoked', () => {
  test('claims of the login are stale, for each retry too', async () => {
    const { tokens, refreshToken, revokeAccess } = await login(admin)
    await rotated(tokens, refreshToken)
    await revokeAccess()
    expect(await tokens.rotate(refreshToken)).toEqual(STALE)
    const supplied = await rotated(tokens, refreshToken, { claims: () => reader })
    expect(supplied).toMatchObject({ retried: true, role: 'reader' })
  })

  test('claims that do not come from a function are stale, and use up nothing', async () => {
    const { tokens, refreshToken, revokeAccess } = await login(admin)
    await revokeAccess()
    expect(await tokens.rotate(refreshToken)).toEqual(STALE)
    expect(await tokens.rotate(refreshToken, { claims: reader })).toEqual(STALE)
    const supplied = await rotated(tokens, refreshToken, { claims: () => reader })
    expect(supplied).toMatchObject({ retried: false, role: 'reader' })
  })

  test('a rotation without claims goes on', async () => {
    const { tokens, refreshToken, revokeAccess } = await login()
    await revokeAccess()
    expect(await tokens.rotate(refreshToken, { claims: reader })).toEqual(STALE)
    const next = await rotated(tokens, refreshToken)
    expect(await tokens.verify(next.accessToken)).toMatchObject({ active: true })
    expect((await rotated(tokens, next.refreshToken)).retried).toBe(false)
  })

  test('a function does not have to be given again where the login had no claims', async () => {
    const { tokens, refreshToken, revokeAccess } = await login()
    await revokeAccess()
    const next = await rotated(tokens, refreshToken, { claims: () => reader })
    expect((await rotated(tokens, next.refreshToken)).role).toBeUndefined()
  })

  test('the claims of the login are not carried on, so a function has to be given from then on', async () => {
    const { tokens, refreshToken, revokeAccess } = await login(admin)
    await revokeAccess()
    const next = await rotated(tokens, refreshToken, { claims: () => reader })
    expect(JSON.stringify(decodeJwt(next.refreshToken))).not.toContain('admin')
    expect(await tokens.rotate(next.refreshToken)).toEqual(STALE)
    const last = await rotated(tokens, next.refreshToken, { claims: () => admin })
    expect(last).toMatchObject({ retried: false, role: 'admin' })
  })
})
