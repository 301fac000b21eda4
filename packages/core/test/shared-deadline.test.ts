import { expect, test, vi } from 'vitest'
import { Authenticator } from '../src/jwt/authenticator.ts'
import { Issuer } from '../src/jwt/issuer.ts'
import { KeySource } from '../src/jwt/key-source.ts'
import { RemoteKeySet } from '../src/jwt/remote-key-set.ts'
import { Naming } from '../src/naming/naming.ts'
import type { Policy } from '../src/policy/policy.ts'
import { Budget } from '../src/store/budget.ts'
import { claimsAt, createProvider, IDP, ISSUER, sign, testClock } from './provider.ts'

test('the time that keys take is taken off what the store may take', async () => {
  const provider = await createProvider()
  const clock = testClock()
  const source = new KeySource(IDP, undefined, provider.fetch)
  const keys = new RemoteKeySet({ issuer: IDP, source, clock: clock.read, maxAge: 86_400_000 })
  const trusted = { issuer: IDP, audience: ISSUER, maxLifetime: 604_800_000 }
  const issuer = new Issuer(IDP, trusted, keys)
  const policy = { clock: clock.read, deadline: 60_000 } as Policy
  const naming = await Naming.create('test', undefined)
  const authenticator = new Authenticator(new Map([[IDP, issuer]]), naming, policy, 0)
  const now = performance.now.bind(performance)
  let passed = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now() + passed)
  provider.answer = () => {
    passed += 20_000
    return null
  }
  const budget = new Budget(60_000)
  const token = await sign(provider.key, claimsAt(clock.now))
  expect(await authenticator.authenticate(token, budget)).toMatchObject({ own: false })
  // The metadata and the key set, 20 s each.
  expect(await budget.spend(async (left) => left)).toBeLessThanOrEqual(20_000)
  vi.restoreAllMocks()
})
