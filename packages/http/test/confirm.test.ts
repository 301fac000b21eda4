import { StoreUnavailable } from '@tokenward/core'
import { beforeAll, expect, test } from 'vitest'
import { Guard, GuardError, type GuardOptions, type Refusal, toResponse } from '../src/index.ts'
import { createWorld, type TokenName, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})

type Confirm = NonNullable<GuardOptions<Request>['confirm']>

/** Presents a token, with a hook that confirms, refuses or fails. */
async function present(scheme: string, name: TokenName, confirm: Confirm) {
  const refusals: Refusal[] = []
  const guard = new Guard<object, Request>(world.tokens, {
    schemes: ['Bearer', 'DPoP'],
    confirm,
    onRefused: (refusal) => refusals.push(refusal),
  })
  const headers = { authorization: `${scheme} ${world.token[name]}`, dpop: 'proof' }
  const decision = await guard.check(new Request('https://api.example/notes', { headers }))
  const response = decision.allowed ? null : toResponse(decision.answer)
  return { response, status: response?.status ?? 200, refusal: refusals[0] }
}

test('the hook gets the claim, the request and the credentials', async () => {
  const calls: unknown[] = []
  const { status } = await present('DPoP', 'keyBound', (cnf, request, credentials) => {
    calls.push([cnf, request.headers.get('dpop'), credentials])
    return true
  })
  expect(status).toBe(200)
  const credentials = { scheme: 'DPoP', token: world.token.keyBound }
  expect(calls).toEqual([[{ jkt: 'thumbprint' }, 'proof', credentials]])
})

test.for([false, Promise.resolve(false), undefined, 1, 'yes', {}])(
  'a hook that returns %o refuses the token',
  async (result) => {
    const { response, refusal } = await present('DPoP', 'keyBound', () => result as boolean)
    expect(response?.status).toBe(401)
    const challenge = response?.headers.get('www-authenticate')
    expect(challenge).toMatch(/^DPoP realm="api", error="invalid_token", .*algs="ES256/)
    expect(refusal?.result).toMatchObject({ reason: 'invalid-claims', claim: 'cnf' })
  },
)

test('a token that is bound to a certificate is presented as a bearer token', async () => {
  const confirm: Confirm = async (cnf) => cnf['x5t#S256'] === 'fingerprint'
  expect(await present('Bearer', 'certificateBound', confirm)).toMatchObject({ status: 200 })
  const refuse: Confirm = async (cnf) => cnf['x5t#S256'] === 'other'
  expect(await present('Bearer', 'certificateBound', refuse)).toMatchObject({ status: 401 })
})

// RFC 9449 §7.1 and §7.2.
test.for([
  ['Bearer', 'keyBound'],
  ['DPoP', 'certificateBound'],
  ['DPoP', 'active'],
] as const)(
  'the hook is not asked about %s with the token %s, which is refused',
  async ([scheme, name]) => {
    let calls = 0
    const { status } = await present(scheme, name, () => {
      calls += 1
      return true
    })
    expect({ status, calls }).toEqual({ status: 401, calls: 0 })
  },
)

test('the hook is not asked about tokens that are bound to no key, or not accepted', async () => {
  let calls = 0
  const confirm = () => {
    calls += 1
    return true
  }
  expect(await present('Bearer', 'active', confirm)).toMatchObject({ status: 200 })
  expect(await present('DPoP', 'forged', confirm)).toMatchObject({ status: 401 })
  expect(calls).toBe(0)
})

test('a hook whose store is unavailable is a 503', async () => {
  const { response, refusal } = await present('DPoP', 'keyBound', () => {
    throw new StoreUnavailable('The replay store did not answer.')
  })
  expect(response?.status).toBe(503)
  expect(response?.headers.get('retry-after')).toBe('5')
  expect(refusal?.cause).toBeInstanceOf(StoreUnavailable)
})

test('a hook that fails is an error of the guard', async () => {
  const cause = new Error('A secret of the hook.')
  const failed = present('DPoP', 'keyBound', () => Promise.reject(cause))
  await expect(failed).rejects.toBeInstanceOf(GuardError)
  await expect(failed).rejects.toMatchObject({ status: 500, cause })
  await expect(failed).rejects.not.toThrow(/secret/)
})

test('a request without credentials gets a challenge of each scheme', async () => {
  const guard = new Guard<object, Request>(world.tokens, {
    schemes: ['Bearer', 'DPoP'],
    confirm: () => true,
  })
  const decision = await guard.check(new Request('https://api.example'))
  const headers = decision.allowed ? {} : decision.answer.headers
  expect(headers['www-authenticate']).toMatch(/^Bearer realm="api", DPoP realm="api", algs="/)
})
