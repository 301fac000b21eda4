// The applications in docs/examples: installed with the packed packages, type-checked, started and asked.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  exampleNames,
  examplesFolder,
  installExamples,
  LONG_TIMEOUT_MS,
  manifestOf,
  runScript,
} from './support/installed-examples.ts'
import { run } from './support/run.ts'
import {
  destroyStore,
  ORIGIN,
  type RunningExample,
  startExample,
} from './support/running-example.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const folder = temporaryFolder()
const tarballs = temporaryFolder()
beforeAll(() => installExamples(folder, tarballs), LONG_TIMEOUT_MS)

let example: RunningExample | undefined
afterEach(async () => {
  await example?.stop()
  example = undefined
})

async function build(name: string): Promise<void> {
  const { exitCode, output } = await runScript(join(folder, name), 'prestart')
  expect(exitCode, output).toBe(0)
}

async function start(name: string): Promise<RunningExample> {
  example = await startExample(join(folder, name))
  return example
}

const ADA = { user: 'ada', password: 'analytical engine' }
const BOB = { user: 'bob', password: 'difference engine' }

test('all examples are in the index', () => {
  const index = readFileSync(join(examplesFolder, 'README.md'), 'utf8')
  const linked = [...index.matchAll(/\]\(([\w-]+)\/?\)/g)].map(([, name]) => name)
  expect(linked.sort()).toEqual(exampleNames)
  expect(exampleNames).toEqual(['express', 'fastify', 'hono', 'mcp-server', 'nest', 'next'])
})

test.for(exampleNames)('%s has the versions that this repository tests', (name) => {
  const { dependencies, devDependencies } = manifestOf(name)
  const catalog = readFileSync(join(examplesFolder, '../../pnpm-workspace.yaml'), 'utf8')
  const wrong = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([each, version]) => {
      const tested = new RegExp(`^ {2}"?${each}"?: (.+)$`, 'm').exec(catalog)?.[1]
      return tested !== undefined && tested !== version
    },
  )
  expect(wrong).toEqual([])
})

test.for(exampleNames)('%s type-checks', { timeout: LONG_TIMEOUT_MS }, async (name) => {
  const { exitCode, output } = await runScript(join(folder, name), 'check')
  expect(exitCode, output).toBe(0)
})

interface Login {
  readonly token: string
  readonly headers: Readonly<Record<string, string>>
}

/** What a page has after a login or a refresh: its token, and what its browser sends along. */
async function loginOf(response: Response): Promise<Login> {
  expect(response.status).toBe(200)
  const { access_token: token } = (await response.json()) as { access_token: string }
  const [cookie = ''] = (response.headers.get('set-cookie') ?? '').split(';')
  expect(cookie).toMatch(/^__Host-session=./)
  return { token, headers: { cookie, origin: ORIGIN } }
}

const pages = exampleNames.filter((name) => name !== 'mcp-server')
describe.for(pages)('%s', (name) => {
  beforeAll(() => build(name), LONG_TIMEOUT_MS)

  test('logs in, guards, refreshes, logs out, and answers 503 without its store', async () => {
    const { send, stop } = await start(name)
    const logIn = async (json: object) => loginOf(await send('/login', { json }))
    const statusOf = async (token: string) => (await send('/me', { token })).status

    expect((await send('/login', { json: { ...ADA, password: 'x' } })).status).toBe(401)
    expect((await send('/login', { json: {} })).status).toBeOneOf([400, 401])
    // What a form of another site can send.
    const headers = { 'content-type': 'text/plain' }
    const forged = await send('/login', { form: ADA })
    expect(forged.headers.get('set-cookie')).toBeNull()
    expect((await send('/login', { json: ADA, headers })).headers.get('set-cookie')).toBeNull()

    const phone = await logIn(ADA)
    const laptop = await logIn(ADA)
    const bob = await logIn(BOB)

    const refused = await send('/me')
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer realm="api"/)
    const me = await send('/me', { token: laptop.token })
    expect(await me.json()).toEqual({ user: 'ada', scopes: ['notes:read', 'notes:write'] })
    const write = (token: string) => send('/notes', { method: 'POST', token })
    expect(await (await write(laptop.token)).json()).toEqual({ author: 'ada' })
    const insufficient = await write(bob.token)
    expect(insufficient.status).toBe(403)
    expect(insufficient.headers.get('www-authenticate')).toContain('scope="notes:write"')

    const post = (path: string, sent: Login, extra: Readonly<Record<string, string>> = {}) => {
      return send(path, { method: 'POST', headers: { ...sent.headers, ...extra } })
    }
    const evil = { origin: 'https://evil.example' }
    expect((await post('/session/refresh', laptop, evil)).status).toBe(403)
    const refreshed = await loginOf(await post('/session/refresh', laptop))
    expect(refreshed.headers).not.toEqual(laptop.headers)
    expect(await statusOf(refreshed.token)).toBe(200)

    expect((await post('/logout/others', refreshed)).status).toBe(204)
    expect([await statusOf(phone.token), await statusOf(refreshed.token)]).toEqual([401, 200])
    expect((await post('/logout', refreshed)).status).toBe(204)
    expect([await statusOf(refreshed.token), await statusOf(bob.token)]).toEqual([401, 200])
    expect((await post('/session/refresh', refreshed)).status).toBe(400)

    destroyStore(join(folder, name))
    const unavailable = await Promise.all([
      send('/me', { token: bob.token }),
      send('/login', { json: BOB }),
      post('/session/refresh', bob),
    ])
    const answers = unavailable.map(({ status, headers }) => [status, headers.get('retry-after')])
    expect(answers).toEqual(Array(3).fill([503, '5']))

    const { exitCode, output } = await stop()
    expect(exitCode, output).toBeOneOf(name === 'next' ? [0, 143] : [0])
    for (const { token } of [phone, laptop, bob, refreshed]) expect(output).not.toContain(token)
  })
})

describe('mcp-server', () => {
  const call = (name: string) => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } })
  const headers = { accept: 'application/json, text/event-stream' }

  test('refuses an agent at its next call after the revocation of its session', async () => {
    const { url } = await start('mcp-server')
    const client = await run(process.execPath, ['client.ts', url], join(folder, 'mcp-server'))
    expect(client.exitCode, client.output).toBe(0)
    expect(client.output).toMatch(/accepted: .*ada.*refused/s)
  })

  test('sends agents to its metadata, asks for scope, refreshes, and answers 503', async () => {
    const { send, stop } = await start('mcp-server')
    const callTool = (tool: string, token?: string) => {
      return send('/mcp', { json: call(tool), headers, ...(token && { token }) })
    }
    const logIn = async (json: object) => {
      const response = await send('/login', { json })
      return (await response.json()) as { access_token: string; refresh_token: string }
    }

    const refused = await callTool('whoami')
    expect(refused.status).toBe(401)
    const address = /resource_metadata="([^"]+)"/.exec(
      refused.headers.get('www-authenticate') ?? '',
    )
    const published = await send(new URL(address?.[1] ?? '').pathname)
    expect(await published.json()).toMatchObject({
      resource: `${ORIGIN}/mcp`,
      authorization_servers: [ORIGIN],
    })
    const server = await send('/.well-known/oauth-authorization-server')
    expect(await server.json()).toMatchObject({ issuer: ORIGIN, token_endpoint: `${ORIGIN}/token` })

    const ada = await logIn(ADA)
    const bob = await logIn(BOB)
    expect(await (await callTool('add_note', ada.access_token)).text()).toContain('a note of ada')
    expect(await (await callTool('whoami', bob.access_token)).text()).toContain('bob')
    const insufficient = await callTool('add_note', bob.access_token)
    expect(insufficient.status).toBe(403)
    expect(insufficient.headers.get('www-authenticate')).toContain('notes:read notes:write')

    const form = { grant_type: 'refresh_token', refresh_token: ada.refresh_token }
    const refreshed = await send('/token', { form: { ...form, client_id: 'agent' } })
    const next = (await refreshed.json()) as { access_token: string }
    expect((await callTool('whoami', next.access_token)).status).toBe(200)
    const other = await logIn(ADA)
    const others = await send('/logout/others', { method: 'POST', token: other.access_token })
    expect(others.status).toBe(204)
    expect((await callTool('whoami', next.access_token)).status).toBe(401)
    expect((await callTool('whoami', other.access_token)).status).toBe(200)

    destroyStore(join(folder, 'mcp-server'))
    const unavailable = await callTool('whoami', bob.access_token)
    expect([unavailable.status, unavailable.headers.get('retry-after')]).toEqual([503, '5'])
    expect((await send('/login', { json: BOB })).status).toBe(503)
    const { exitCode, output } = await stop()
    expect(exitCode, output).toBe(0)
  })
})
