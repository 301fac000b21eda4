import { createTokenward, prepare } from '@tokenward/core'
import { memory } from '@tokenward/memory'
import { expect, test } from 'vitest'
import { CONFIG, type Project, project } from './support/project.ts'

const PROVIDER = 'https://login.example.com/realms/shop'

/** A project that trusts a provider, whose keys are those of the project. */
async function trusting(issuer: string): Promise<Project> {
  const it = await project()
  it.write(
    'tokenward.config.ts',
    `import { trust } from '@tokenward/core'
import { keycloak } from '@tokenward/core/trust'
${CONFIG.replace('export default options', '')}
const jwks = { keys: keys.map(({ d, ...key }) => key) }
export default { ...options, fetch: async () => new Response('', { status: 404 }), trust: [${issuer}] }`,
  )
  // A token that was issued before the store was prepared is refused.
  await prepare({ ...it.options, clock: () => Date.now() - 3_600_000 })
  return it
}

/** A token of the provider, for the audience `canary-orders`. */
async function providerToken(it: Project): Promise<string> {
  const repository = memory()
  const options = { issuer: PROVIDER, keys: it.keys, repository, audience: 'canary-orders' }
  await prepare(options)
  await using provider = await createTokenward(options)
  const { accessToken } = await provider.issue({ subject: 'canary-ada', client: 'web' })
  it.secrets.push(accessToken)
  return accessToken
}

const doctor = (it: Project, input: string, ...args: readonly string[]) =>
  it.run(['doctor', '-', ...args], { input })

test('a token that is accepted', async () => {
  const it = await trusting(
    `trust('${PROVIDER}', { audience: ['canary', '-orders'].join(''), maxLifetime: '1h', jwks })`,
  )
  const token = await providerToken(it)
  const run = await doctor(it, token)
  expect(run).toMatchObject({ exitCode: 0, err: '' })
  expect(run.out).toMatch(/^✓ the token is accepted$/m)
  expect((await doctor(it, token, '--json')).json).toMatchObject({
    ok: true,
    token: { active: true },
  })
})

test('a token that does not meet a requirement, and the option that has it', async () => {
  const it = await trusting(
    `keycloak('${PROVIDER}', { audience: 'orders', maxLifetime: '1h', jwks })`,
  )
  const token = await providerToken(it)
  const run = await doctor(it, token)
  expect(run).toMatchObject({ exitCode: 1, err: '' })
  expect(run.out).toMatch(
    /^✗ token-refused: the header typ: expected JWT; the token has another string\n {2}fix: check the option typ for this issuer/m,
  )
  expect((await doctor(it, token, '--json')).json).toMatchObject({
    ok: false,
    findings: [{ code: 'token-refused' }],
    token: {
      active: false,
      reason: 'invalid-claims',
      claim: 'typ',
      expected: 'JWT',
      actual: 'another string',
    },
  })
})

test('a token that is revoked', async () => {
  const it = await project()
  it.write('tokenward.config.ts', CONFIG)
  const token = await it.withTokenward(async (tokens) => {
    const { accessToken } = await tokens.issue({ subject: 'canary-ada', client: 'web' })
    await tokens.revoke({ subject: 'canary-ada' })
    return accessToken
  })
  it.secrets.push(token)
  const run = await doctor(it, token)
  expect(run.exitCode).toBe(1)
  expect(run.out).toMatch(/✗ token-refused: the token is refused: revoked\n {2}fix: .*explain/)
})

test('a token whose issuer has no keys here is not checked', async () => {
  const it = await trusting(`trust('${PROVIDER}', { audience: 'orders', maxLifetime: '1h' })`)
  const { json } = await doctor(it, await providerToken(it), '--json')
  expect(json).toMatchObject({
    ok: false,
    findings: [{ code: 'keys-unavailable' }, { code: 'token-not-checked' }],
  })
  expect(json).not.toHaveProperty('token')
})
