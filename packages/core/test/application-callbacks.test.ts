import { expect, test } from 'vitest'
import { ADA, instance } from './instance.ts'

test('a listener that throws, rejects or never settles affects no call and no other listener', async () => {
  const { tokens } = await instance()
  let calls = 0
  // An unhandled rejection fails the run.
  tokens.on('issued', async () => {
    throw new Error('rejected')
  })
  tokens.on('issued', () => {
    throw new Error('thrown')
  })
  tokens.on('issued', () => new Promise(() => {}))
  tokens.on('issued', () => void calls++)
  const { accessToken } = await tokens.issue(ADA)
  expect(await tokens.verify(accessToken)).toMatchObject({ active: true })
  expect(calls).toBe(1)
  await new Promise((resolve) => setImmediate(resolve))
})

test('a claims function that never settles delays only its own call', async () => {
  const { tokens } = await instance()
  const login = await tokens.issue(ADA)
  const hanging = tokens.rotate(login.refreshToken, { claims: () => new Promise<object>(() => {}) })
  hanging.catch(() => undefined)
  expect(await tokens.rotate(login.refreshToken)).toMatchObject({ active: true, retried: false })
  await tokens.close()
})

test('a claims function that throws does not use up the refresh token', async () => {
  const { tokens } = await instance()
  const { refreshToken } = await tokens.issue(ADA)
  const failed = new Error('the directory is down')
  const claims = (): object => {
    throw failed
  }
  await expect(tokens.rotate(refreshToken, { claims })).rejects.toBe(failed)
  expect(await tokens.rotate(refreshToken)).toMatchObject({ active: true, retried: false })
})

test('claims with a getter or a toJSON that throws are refused, and its error is the cause', async () => {
  const { tokens } = await instance()
  const failed = new Error('the directory is down')
  const fail = (): never => {
    throw failed
  }
  const getter = Object.defineProperty({}, 'role', { enumerable: true, get: fail })
  for (const claims of [getter, { inner: getter }, { toJSON: fail }, () => getter]) {
    const refused = tokens.issue({ ...ADA, claims })
    await expect(refused).rejects.toMatchObject({
      code: 'TOKENWARD_INVALID_INPUT',
      path: 'claims',
      cause: failed,
    })
  }
})
