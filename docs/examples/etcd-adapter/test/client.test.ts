import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Closed } from '@tokenward/core/adapter'
import { expect, onTestFinished, test } from 'vitest'
import { Client } from '../src/client.ts'
import { etcd } from '../src/index.ts'

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function clientOf(...members: readonly string[]): Client {
  const client = new Client(members)
  onTestFinished(() => client.close(new Closed('the test is over')))
  return client
}

const signal = () => AbortSignal.timeout(60_000)

test('a call that fails is sent once, and the next one goes to the next member', async () => {
  let calls = 0
  const broken = await listen((_, response) => {
    calls++
    response.destroy()
  })
  const whole = await listen((_, response) => response.end('{"succeeded":true}'))
  const client = clientOf(broken, whole)
  await expect(client.post('/v3/kv/txn', {}, signal())).rejects.toThrow()
  expect(calls).toBe(1)
  expect(await client.post('/v3/kv/txn', {}, signal())).toEqual({ succeeded: true })
})

test.each([
  ['a status other than 200', 503, '{"error":"etcdserver: no leader","code":14}', /no leader/],
  ['a reply that is no JSON', 200, '{"succ', /JSON/],
])('%s rejects', async (_, status, body, message) => {
  const url = await listen((_request, response) => response.writeHead(status).end(body))
  await expect(clientOf(url).post('/v3/kv/txn', {}, signal())).rejects.toThrow(message)
})

test('a reply that ends in the middle rejects', async () => {
  const url = await listen((_, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('{"succeeded":true', () => response.destroy())
  })
  await expect(clientOf(url).post('/v3/kv/txn', {}, signal())).rejects.toThrow()
})

test('a call ends with its signal, and leaves no connection', async () => {
  const ended = Promise.withResolvers<void>()
  const caller = new AbortController()
  const url = await listen((request) => {
    request.socket.on('close', () => ended.resolve())
    caller.abort(new Error('the deadline is over'))
  })
  const call = clientOf(url).post('/v3/kv/txn', {}, caller.signal)
  await expect(call).rejects.toThrow('the deadline is over')
  await ended.promise
})

test.each([
  undefined,
  '',
  'etcd://',
  'etcd://a',
  'etcd://a:1,',
  'etcd://a:1,b',
  'http://a:1',
  'etcd://user:secret@a:1',
])('the URL %s is refused', (url) => {
  expect(() => etcd(url as string)).toThrow(
    expect.objectContaining({ code: 'TOKENWARD_INVALID_INPUT' }),
  )
})
