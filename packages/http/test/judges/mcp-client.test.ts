// Our guard and endpoints, judged by the client and the server of the MCP SDK.
import { SdkHttpError, UnauthorizedError } from '@modelcontextprotocol/client'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Agent, type Connection, createAgent } from './mcp-agent.ts'
import { type GuardName, type McpWorld, startMcp } from './mcp-server.ts'
import { versionOf } from './version.ts'

const client = `@modelcontextprotocol/client ${versionOf('@modelcontextprotocol/client')}`
const server = `server ${versionOf('@modelcontextprotocol/server')}`
const MINUTE_MS = 60_000

describe.for<GuardName>(['Guard', 'requireBearerAuth'])(`${client} and ${server}, %s`, (guard) => {
  let world: McpWorld
  let agent: Agent
  let connection: Connection

  beforeEach(async () => {
    world = await startMcp(guard)
    agent = createAgent(world.issuer)
    connection = await agent.connect(world.resource)
  })
  afterEach(async () => {
    await connection.close()
    await world.close()
  })

  /** What was asked since the last time. */
  const requests = () => world.requests.splice(0)

  test('an agent without a token finds the way from the 401 to the login', async () => {
    expect(requests()).toEqual([
      'POST /mcp 401',
      'GET /about/mcp 200',
      'GET /.well-known/oauth-authorization-server/tenant 200',
      'GET /authorize 302',
      'POST /token 200',
      'POST /mcp 200',
    ])
    expect(await connection.call('read')).toBe('done for agent')
    expect(agent.askedFor).toEqual(['tools:read'])
    const auth = { token: agent.saved()?.access_token, clientId: 'agent', scopes: ['tools:read'] }
    expect(world.calls).toMatchObject([{ tool: 'read', auth }])
  })

  test('an agent that lacks scope asks for what the 403 names, beside what it has', async () => {
    requests()
    await expect(connection.call('write')).rejects.toThrow(UnauthorizedError)
    expect(requests()).toEqual(['POST /mcp 403', 'GET /authorize 302'])
    expect(agent.askedFor).toEqual(['tools:read', 'tools:read tools:write'])
    expect(world.calls).toEqual([])
    await connection.finishLogin()
    expect(await connection.call('write')).toBe('done for agent')
  })

  test('an agent refreshes an expired token, and knows its scope after a restart', async () => {
    await expect(connection.call('write')).rejects.toThrow(UnauthorizedError)
    await connection.finishLogin()
    const before = agent.saved()
    requests()
    world.env.clock.now += 16 * MINUTE_MS
    expect(await connection.call('write')).toBe('done for agent')
    expect(requests()).toEqual(['POST /mcp 401', 'POST /token 200', 'POST /mcp 200'])
    expect(agent.saved()?.refresh_token).not.toBe(before?.refresh_token)

    await connection.close()
    connection = await agent.connect(world.resource)
    await expect(connection.call('erase')).rejects.toThrow(UnauthorizedError)
    expect(agent.askedFor.at(-1)?.split(' ').sort()).toEqual([
      'tools:erase',
      'tools:read',
      'tools:write',
    ])
  })

  test('a revoked agent is out at its next call', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    expect(await connection.call('read')).toBe('done for agent')
    await world.env.tokens.revoke({ subject: 'ada', client: 'agent' })
    requests()
    await expect(connection.call('read')).rejects.toThrow(UnauthorizedError)
    // Its refresh token is refused as well, and the SDK forgets both.
    expect(requests()).toEqual(['POST /mcp 401', 'POST /token 400', 'GET /authorize 302'])
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('"invalid_grant"'))
    expect(agent.saved()).toBeUndefined()
    expect(world.calls).toHaveLength(1)
    warn.mockRestore()
  })

  test('an agent keeps its tokens while the store is down', async () => {
    world.env.store.fault = () => 'down'
    requests()
    const status = guard === 'Guard' ? 503 : 500
    await expect(connection.call('read')).rejects.toSatisfy(
      (error) => error instanceof SdkHttpError && error.status === status,
    )
    expect(requests()).toEqual([`POST /mcp ${status}`])
    world.env.store.fault = () => 'none'
    expect(await connection.call('read')).toBe('done for agent')
  })
})
