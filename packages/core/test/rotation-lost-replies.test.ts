import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import type { Tokenward } from '../src/index.ts'
import { ADA, MINUTE } from './instance.ts'
import { losing } from './losing.ts'

async function rotated(tokens: Tokenward, refreshToken: string) {
  const result = await tokens.rotate(refreshToken)
  if (!result.active) throw new Error(result.reason)
  return result
}

test('a rotation whose reply was lost is the one that was stored, and is not written again', async () => {
  const { tokens, writes, state, store } = await losing()
  const { refreshToken } = await tokens.issue(ADA)
  writes.length = 0
  state.lose = store
  const result = await rotated(tokens, refreshToken)
  expect(result).toMatchObject({ active: true, retried: false })
  expect(writes.filter(({ record }) => record.kind === 'session')).toHaveLength(1)
  const retry = await rotated(tokens, refreshToken)
  expect(retry.retried).toBe(true)
  expect(decodeJwt(retry.refreshToken)).toEqual(decodeJwt(result.refreshToken))
  expect(await tokens.verify(result.accessToken)).toMatchObject({ active: true })
})

test('a rotation whose write was lost hands out the token of the write that was stored', async () => {
  const { tokens, clock, state } = await losing()
  const { refreshToken } = await tokens.issue(ADA)
  state.lose = () => {
    clock.now += 2_000
  }
  const result = await rotated(tokens, refreshToken)
  expect(result.retried).toBe(false)
  const retry = await rotated(tokens, refreshToken)
  expect(retry.retried).toBe(true)
  expect(decodeJwt(retry.refreshToken)).toEqual(decodeJwt(result.refreshToken))
  expect(await tokens.rotate(result.refreshToken)).toMatchObject({ active: true })
})

test('a rotation whose reply was lost is refused if its successor was used meanwhile, and revokes nothing', async () => {
  const { tokens, clock, state, store } = await losing()
  const { refreshToken } = await tokens.issue(ADA)
  let last = ''
  state.lose = async (sent) => {
    store(sent)
    const { refreshToken: next } = await rotated(tokens, refreshToken)
    last = (await rotated(tokens, next)).refreshToken
    clock.now += MINUTE
  }
  expect(await tokens.rotate(refreshToken)).toMatchObject({ active: false, reason: 'consumed' })
  expect(await tokens.rotate(last)).toMatchObject({ active: true })
})

test('a rotation whose reply was lost is refused if its session was revoked meanwhile', async () => {
  const { tokens, state, store } = await losing()
  const { refreshToken, session } = await tokens.issue(ADA)
  state.lose = async (sent) => {
    store(sent)
    await tokens.revoke({ session })
  }
  expect(await tokens.rotate(refreshToken)).toMatchObject({
    active: false,
    reason: 'revoked',
    decidedBy: 'session',
  })
})

test('access that is revoked after a lost write does not use up the token, and revokes the new access token', async () => {
  const { tokens, state } = await losing()
  const { refreshToken } = await tokens.issue({ ...ADA, claims: { role: 'admin' } })
  state.lose = () => tokens.revoke({ subject: 'ada' }, { only: 'access' })
  const result = await rotated(tokens, refreshToken)
  expect(await tokens.verify(result.accessToken)).toMatchObject({ reason: 'revoked' })
  expect(await tokens.rotate(result.refreshToken)).toMatchObject({ reason: 'stale-claims' })
})

test('a refresh token that expires while its rotation is written is refused', async () => {
  const lifetimes = { session: '1d', refresh: '1h' } as const
  const { tokens, clock, state } = await losing({ lifetimes })
  const { refreshToken } = await tokens.issue(ADA)
  const rotations: object[] = []
  tokens.on('rotated', (event) => void rotations.push(event))
  state.afterWrite = () => {
    clock.now += 60 * MINUTE
  }
  expect(await tokens.rotate(refreshToken)).toEqual({ active: false, reason: 'expired' })
  expect(rotations).toEqual([])
})

test('a rotation whose write was lost is a retry of the one that another call has made', async () => {
  const { tokens, state } = await losing()
  const { refreshToken } = await tokens.issue(ADA)
  let other = ''
  state.lose = async () => {
    other = (await rotated(tokens, refreshToken)).refreshToken
  }
  const result = await rotated(tokens, refreshToken)
  expect(result.retried).toBe(true)
  expect(decodeJwt(result.refreshToken)).toEqual(decodeJwt(other))
})
