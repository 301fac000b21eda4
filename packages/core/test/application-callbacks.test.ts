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
  tokens.onAny(async () => {
    throw new Error('rejected')
  })
  tokens.onAny(() => {
    throw new Error('thrown')
  })
  tokens.on('issued', () => void calls++)
  const { accessToken } = await tokens.issue(ADA)
  expect(await tokens.verify(accessToken)).toMatchObject({ active: true })
  expect(calls).toBe(1)
  await new Promise((resolve) => setImmediate(resolve))
})

test('a listener of all events is called with the name and data of each, until it is removed', async () => {
  const { tokens } = await instance()
  const heard: [string, object][] = []
  const stop = tokens.onAny((name, event) => void heard.push([name, event]))
  const { jti } = await tokens.issue(ADA)
  await tokens.revoke({ jti })
  stop()
  await tokens.issue(ADA)
  const names = heard.map(([name]) => name)
  expect(names).toEqual(['issued', 'operation', 'revoked', 'operation'])
  expect(heard[0]?.[1]).toMatchObject({ ...ADA, jti })
  expect(heard.every(([, event]) => Object.isFrozen(event))).toBe(true)
})

test('a listener of one event hears no other, also beside a listener of all', async () => {
  const { tokens } = await instance()
  const heard: string[] = []
  tokens.onAny((name) => void heard.push(`any ${name}`))
  tokens.on('issued', ({ subject }) => void heard.push(`issued ${subject}`))
  await tokens.issue(ADA)
  expect(heard).toEqual(['issued ada', 'any issued', 'any operation'])
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
