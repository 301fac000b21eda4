import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createTokenward,
  generateKeys,
  generateSealingKey,
  StoreUnavailable,
} from '@tokenward/core'
import { SessionCookie } from '@tokenward/http/endpoints'
import { sqlite } from '@tokenward/sqlite'
import type { Hono } from 'hono'
import { expect, onTestFinished, test } from 'vitest'
import { createApp } from '../../src/web/app.ts'
import { deviceLabel, deviceOf } from '../../src/web/device.ts'
import type { Services } from '../../src/web/services.ts'
import { USER_AGENTS } from './devices.ts'

const ORIGIN = 'http://localhost:8080'

interface TestApp {
  readonly app: Hono
  readonly services: Services
  readonly errors: readonly Error[]
  /** Posts a form as a page of the application does. */
  post(path: string, form: string, headers?: Record<string, string>): Promise<Response>
  /** @returns the header `Cookie` of the user */
  logIn(user: string): Promise<string>
}

async function createTestApp(): Promise<TestApp> {
  const options = {
    issuer: ORIGIN,
    keys: await generateKeys(),
    sealing: generateSealingKey(),
    repository: sqlite(join(temporaryFolder(), 'tokens.db')),
  }
  const tokens: Services['tokens'] = await createTokenward(options)
  onTestFinished(() => tokens.close())
  const services = { tokens, cookie: new SessionCookie({ origin: ORIGIN }) }
  const errors: Error[] = []
  const app = createApp(services, (error) => errors.push(error))
  const post: TestApp['post'] = async (path, form, headers = {}) => {
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    const sent = { ...type, origin: ORIGIN, 'sec-fetch-site': 'same-origin', ...headers }
    return app.request(path, { method: 'POST', body: form, headers: sent })
  }
  const logIn: TestApp['logIn'] = async (user) => {
    const response = await post('/login', `user=${user}&client=web`)
    return response.headers.get('set-cookie')?.split(';')[0] ?? ''
  }
  return { app, services, errors, post, logIn }
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tokenward-demo-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

test('every page allows only files of the application', async () => {
  const { app } = await createTestApp()
  for (const path of ['/login', '/nowhere', '/page.js']) {
    const policy = (await app.request(path)).headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';")
    expect(policy).not.toContain('unsafe')
  }
  expect((await app.request('/login')).headers.get('cache-control')).toBe('no-store')
  expect((await app.request('/nowhere')).status).toBe(404)
})

test.each(['/login', '/sign-out', '/sessions/sign-out-others', '/support/users/ada/revoke'])(
  'a form of another site cannot post to %s',
  async (path) => {
    const { post, logIn, services } = await createTestApp()
    const cookie = await logIn('robin')
    const headers = { cookie, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    const response = await post(path, 'user=ben&client=web&reason=none', headers)
    expect(response.status).toBe(403)
    expect(response.headers.get('set-cookie')).toBeNull()
    const { items } = await services.tokens.sessions({ subject: 'robin' })
    expect(items.map(({ active }) => active)).toEqual([true])
  },
)

test.each(['', 'user=mallory&client=web', 'user=ada', 'user=ada&client=__proto__'])(
  'a login with the form "%s" is an error in words',
  async (form) => {
    const { post } = await createTestApp()
    const response = await post('/login', form)
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('Choose a user and an application.')
    expect(response.headers.get('set-cookie')).toBeNull()
  },
)

test.each(['', 'reason=', 'reason=%20', `reason=${'x'.repeat(201)}`])(
  'a revocation with the form "%s" revokes nothing',
  async (form) => {
    const { post, logIn, services, errors } = await createTestApp()
    const cookie = await logIn('robin')
    const { items } = await services.tokens.sessions({ subject: 'robin' })
    const session = `/support/sessions/${items[0]?.record}/revoke`
    for (const path of ['/support/users/robin/revoke', '/support/clients/web/revoke', session]) {
      const response = await post(path, form, { cookie })
      expect(response.status).toBe(400)
      const page = await response.text()
      expect(page.match(/aria-invalid="true"/g)).toHaveLength(1)
      expect(page).toContain('Write a reason of at most 200 characters.')
    }
    const after = await services.tokens.sessions({ subject: 'robin' })
    expect(after.items.map(({ active }) => active)).toEqual([true])
    expect(errors).toEqual([])
  },
)

test.each(['/support/users/mallory', '/support/sessions/x', `/support/sessions/${'a'.repeat(24)}`])(
  '%s is not found',
  async (path) => {
    const { app, post, logIn, errors } = await createTestApp()
    const cookie = await logIn('robin')
    expect((await app.request(path, { headers: { cookie } })).status).toBe(404)
    expect((await post(`${path}/revoke`, 'reason=none', { cookie })).status).toBe(404)
    expect(errors).toEqual([])
  },
)

test('while the store is unavailable, pages answer 503, and the cookie stays', async () => {
  const { services, logIn } = await createTestApp()
  const cookie = await logIn('ada')
  const fail = (): Promise<never> => Promise.reject(new StoreUnavailable('The test has no store.'))
  const tokens: Services['tokens'] = { ...services.tokens, verify: fail, revoke: fail }
  const errors: Error[] = []
  const app = createApp({ ...services, tokens }, (error) => errors.push(error))
  const headers = { cookie, origin: ORIGIN, 'sec-fetch-site': 'same-origin' }
  for (const [method, path] of [
    ['GET', '/sessions'],
    ['POST', '/sign-out'],
    ['POST', '/sessions/sign-out-others'],
  ] as const) {
    const response = await app.request(path, { method, headers })
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('5')
    expect(response.headers.get('set-cookie')).toBeNull()
    expect(await response.text()).toContain('You stay signed in')
  }
  expect(errors).toEqual([])
})

test.each([
  ['Firefox on Linux', USER_AGENTS.laptop],
  ['Safari on iPhone', USER_AGENTS.phone],
  ['Edge on Windows', USER_AGENTS.desk],
  ['Unknown browser', 'curl/8.15.0'],
  ['Unknown browser', undefined],
  ['Firefox', `Firefox/${'9'.repeat(10_000)}<script>`],
])('a device is named %s', (label, userAgent) => {
  expect(deviceLabel(deviceOf(userAgent))).toBe(label)
  expect(deviceOf(userAgent).userAgent.length).toBeLessThanOrEqual(400)
})
