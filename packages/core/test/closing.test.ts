import { expect, test } from 'vitest'
import { createTokenward, prepare, type TokenRepository } from '../src/index.ts'
import { ADA, instance, keys } from './instance.ts'
import { mapRepository } from './map-repository.ts'
import { ISSUER } from './provider.ts'

/** Answers of the store are held back until they are let go. */
function held(of: 'read' | 'write') {
  const inner = mapRepository()
  const gate = { holds: false, asked: Promise.withResolvers<void>(), open: () => {} }
  const repository: TokenRepository = {
    ...inner,
    [of]: async (...args: [never, never]) => {
      const answer = await inner[of](...args)
      if (!gate.holds) return answer
      gate.asked.resolve()
      await new Promise<void>((resolve) => {
        gate.open = resolve
      })
      return answer
    },
  }
  return { gate, repository }
}

/** A rotation whose write is with the store, which holds its answer back. */
async function rotating() {
  const { gate, repository } = held('write')
  const { tokens } = await instance({ repository })
  const { accessToken, refreshToken } = await tokens.issue(ADA)
  gate.holds = true
  const rotated = tokens.rotate(refreshToken)
  await gate.asked.promise
  return { gate, repository, tokens, accessToken, refreshToken, rotated }
}

const CLOSED = { code: 'TOKENWARD_CLOSED', retryable: false }
const INDETERMINATE = { code: 'TOKENWARD_WRITE_INDETERMINATE', retryable: true }

test('close() with a drain lets calls finish, and refuses new ones', async () => {
  const { gate, tokens, accessToken, rotated } = await rotating()
  const closed = tokens.close({ drain: '5m' })
  await expect(tokens.verify(accessToken)).rejects.toMatchObject(CLOSED)
  gate.holds = false
  gate.open()
  expect(await rotated).toMatchObject({ active: true })
  await closed
})

test('close() without a drain: what was sent may have happened, and says so', async () => {
  const { gate, repository, tokens, refreshToken, rotated } = await rotating()
  await Promise.all([tokens.close(), expect(rotated).rejects.toMatchObject(INDETERMINATE)])
  gate.holds = false
  // On another machine, within the grace window.
  const { tokens: other } = await instance({ repository })
  expect(await other.rotate(refreshToken)).toMatchObject({ active: true, retried: true })
})

test('close() without a drain: what only read, or was not sent yet, is closed', async () => {
  const { gate, repository } = held('read')
  const { tokens } = await instance({ repository })
  const { accessToken } = await tokens.issue(ADA)
  gate.holds = true
  const verified = tokens.verify(accessToken)
  await gate.asked.promise
  const issued = tokens.issue(ADA)
  await Promise.all([
    tokens.close(),
    expect(verified).rejects.toMatchObject(CLOSED),
    expect(issued).rejects.toMatchObject(CLOSED),
  ])
})

test('a drain ends with the last call, or when its time is over', async () => {
  const { tokens, rotated } = await rotating()
  await Promise.all([
    tokens.close({ drain: '20ms' }),
    expect(rotated).rejects.toMatchObject(INDETERMINATE),
  ])
  await expect(tokens.close({ drain: 'soon' as never })).rejects.toMatchObject({
    code: 'TOKENWARD_INVALID_INPUT',
    path: 'options.drain',
  })
})

test('a repository object is closed with the last instance that uses it', async () => {
  let isOpen = false
  let closes = 0
  const repository = mapRepository(new Map(), {
    open: async () => {
      isOpen = true
      return []
    },
    close: async () => {
      isOpen = false
      closes++
    },
  })
  const options = { issuer: ISSUER, keys: await keys, repository }
  const [one, two] = [await createTokenward(options), await createTokenward(options)]
  const { accessToken } = await two.issue(ADA)
  await prepare(options)
  await one.close()
  await one.close()
  expect([isOpen, closes]).toEqual([true, 0])
  expect(await two.verify(accessToken)).toMatchObject({ active: true })
  await two.close()
  expect([isOpen, closes]).toEqual([false, 1])
  const three = await createTokenward(options)
  expect(await three.verify(accessToken)).toMatchObject({ active: true })
  await three.close()
})

test('an instance that fails to start leaves the others what they share', async () => {
  const repository = mapRepository()
  const { tokens } = await instance({ repository })
  const wrong = instance({ repository, pepper: new Uint8Array(32) })
  await expect(wrong).rejects.toMatchObject({ code: 'TOKENWARD_POLICY_REFUSED' })
  expect(await tokens.issue(ADA)).toMatchObject(ADA)
})

test('a start may take longer than the deadline of a call', async () => {
  const inner = mapRepository()
  const { tokens } = await instance({
    deadline: '1ms',
    repository: {
      ...inner,
      read: async (keys, signal) => {
        await new Promise((resolve) => setTimeout(resolve, 30))
        signal.throwIfAborted()
        return inner.read(keys, signal)
      },
    },
  })
  expect(tokens.jwks().keys).toHaveLength(1)
})
