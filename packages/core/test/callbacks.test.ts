import { expect, test } from 'vitest'
import { ADA, instance } from './instance.ts'

test('a listener that throws, rejects or never settles harms nobody', async () => {
  const { tokens } = await instance()
  let heard = 0
  // An unhandled rejection fails the run.
  tokens.on('issued', async () => {
    throw new Error('rejected')
  })
  tokens.on('issued', () => {
    throw new Error('thrown')
  })
  tokens.on('issued', () => new Promise(() => {}))
  tokens.on('issued', () => void heard++)
  const { accessToken } = await tokens.issue(ADA)
  expect(await tokens.verify(accessToken)).toMatchObject({ active: true })
  expect(heard).toBe(1)
  await new Promise((resolve) => setImmediate(resolve))
})

test('claims that never come hang their own call alone', async () => {
  const { tokens } = await instance()
  const login = await tokens.issue(ADA)
  const hanging = tokens.rotate(login.refreshToken, { claims: () => new Promise<object>(() => {}) })
  hanging.catch(() => undefined)
  expect(await tokens.rotate(login.refreshToken)).toMatchObject({ active: true, retried: false })
  await tokens.close()
})

test('claims that cannot be had use no refresh token up', async () => {
  const { tokens } = await instance()
  const { refreshToken } = await tokens.issue(ADA)
  const failed = new Error('the directory is away')
  const claims = (): object => {
    throw failed
  }
  await expect(tokens.rotate(refreshToken, { claims })).rejects.toBe(failed)
  expect(await tokens.rotate(refreshToken)).toMatchObject({ active: true, retried: false })
})
