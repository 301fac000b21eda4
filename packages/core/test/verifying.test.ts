import { afterEach, describe, expect, test, vi } from 'vitest'
import { generateSealingKey } from '../src/index.ts'
import { ADA, instance, MINUTE } from './instance.ts'
import { mapRepository } from './map-repository.ts'

afterEach(() => void vi.restoreAllMocks())

/** The clock is halted, so that a busy machine ends no lease. */
function freeze(): void {
  const [now, date] = [performance.now(), Date.now()]
  vi.spyOn(performance, 'now').mockReturnValue(now)
  vi.spyOn(Date, 'now').mockReturnValue(date)
}

/** A store that fails as the test sets it. */
async function failing(onUnavailable: 'accept' | 'refuse') {
  const inner = mapRepository()
  const state: { read: typeof inner.read } = { read: inner.read }
  const repository = mapRepository(new Map(), {
    ...inner,
    read: (...args) => state.read(...args),
  })
  const { tokens, clock } = await instance({ repository, onUnavailable })
  const login = await tokens.issue(ADA)
  const events: object[] = []
  tokens.on('failedOpen', (event) => void events.push(event))
  return { tokens, clock, state, events, login }
}

const away = () => Promise.reject(new Error('away'))
const UNAVAILABLE = { code: 'TOKENWARD_STORE_UNAVAILABLE' }

describe('without the store', () => {
  test('a token is accepted where the option asks for it, with an event', async () => {
    const { tokens, state, events, login } = await failing('accept')
    state.read = away
    expect(await tokens.verify(login.accessToken)).toMatchObject({
      active: true,
      storeChecked: false,
    })
    const error = expect.objectContaining(UNAVAILABLE)
    expect(events).toEqual([{ record: expect.stringMatching(/^.{24}$/), ...ADA, error }])
  })

  test('a token that expires meanwhile is refused', async () => {
    const { tokens, clock, state, events, login } = await failing('accept')
    state.read = () => {
      clock.now += 16 * MINUTE
      return away()
    }
    expect(await tokens.verify(login.accessToken)).toEqual({ active: false, reason: 'expired' })
    expect(events).toEqual([])
  })

  test('the failure rejects where the option does not ask for more', async () => {
    const { tokens, state, login } = await failing('refuse')
    state.read = away
    await expect(tokens.verify(login.accessToken)).rejects.toMatchObject(UNAVAILABLE)
  })
})

test('an adapter that breaks its contract rejects even where tokens are accepted without the store', async () => {
  const { tokens, state, events, login } = await failing('accept')
  state.read = async () => []
  const fault = { code: 'TOKENWARD_ADAPTER_FAULT' }
  await expect(tokens.verify(login.accessToken)).rejects.toMatchObject(fault)
  expect(events).toEqual([])
})

test('a token that the store was asked about is checked, within the lease too', async () => {
  freeze()
  const { tokens } = await instance({ cache: { lease: '10s' } })
  const { accessToken } = await tokens.issue(ADA)
  for (let i = 0; i < 2; i++)
    expect(await tokens.verify(accessToken)).toMatchObject({ active: true, storeChecked: true })
})

test('what was read in the background is used up to the end of its own lease', async () => {
  let passed = 0
  const [now, date] = [performance.now(), Date.now()]
  vi.spyOn(performance, 'now').mockImplementation(() => now + passed)
  vi.spyOn(Date, 'now').mockImplementation(() => date + passed)
  const inner = mapRepository()
  const state = { read: inner.read, reads: 0 }
  const repository = mapRepository(new Map(), {
    ...inner,
    read: (...args) => {
      state.reads++
      return state.read(...args)
    },
  })
  const { tokens } = await instance({ cache: { lease: '10s' }, repository })
  const { accessToken } = await tokens.issue(ADA)
  state.reads = 0
  const checked = { active: true, storeChecked: true }
  expect(await tokens.verify(accessToken)).toMatchObject(checked)
  passed += 6_000
  expect(await tokens.verify(accessToken)).toMatchObject(checked)
  await vi.waitFor(() => expect(state.reads).toBe(2))
  await new Promise((resolve) => setImmediate(resolve))
  passed += 6_000
  state.read = away
  expect(await tokens.verify(accessToken)).toMatchObject(checked)
  passed += 6_000
  await expect(tokens.verify(accessToken)).rejects.toMatchObject(UNAVAILABLE)
})

test.each(['data', 'refresh'])(
  'a verification with %s reads anew, and nothing is remembered of it',
  async (option) => {
    freeze()
    let reads = 0
    const inner = mapRepository()
    const { tokens } = await instance({
      cache: { lease: '10s' },
      sealing: generateSealingKey(),
      repository: {
        ...inner,
        read: (...args) => {
          reads++
          return inner.read(...args)
        },
      },
    })
    const { accessToken, refreshToken } = await tokens.issue(ADA)
    const readsOf = async (call: Promise<{ active: boolean }>) => {
      reads = 0
      expect(await call).toMatchObject({ active: true })
      return reads
    }
    const call = () =>
      option === 'data'
        ? tokens.verify(accessToken, { data: true })
        : tokens.verify(refreshToken, { kind: 'refresh' })
    expect(await readsOf(call())).toBe(1)
    expect(await readsOf(tokens.verify(accessToken))).toBe(1)
    expect(await readsOf(tokens.verify(accessToken))).toBe(0)
    expect(await readsOf(call())).toBe(1)
  },
)
