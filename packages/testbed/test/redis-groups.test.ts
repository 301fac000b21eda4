import { connect } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { type RedisProcess, startRedisCluster, startRedisSentinel } from '../src/index.ts'
import { ask } from '../src/servers/ask.ts'

async function request({ port }: { readonly port: number }, line: string): Promise<string> {
  return ask(connect(port, '127.0.0.1'), `${line}\r\n`, /\r\n$/)
}

it('starts a cluster of three primaries, each of which can be killed alone', async () => {
  const { primaries, stop } = await startRedisCluster(3, { version: '7' })
  onTestFinished(stop)
  const [first, second, third] = primaries as [RedisProcess, RedisProcess, RedisProcess]
  // Its slot is the last third's.
  expect(await request(third, 'SET foo 1')).toBe('+OK\r\n')
  expect(await request(first, 'SET foo 1')).toBe(`-MOVED 12182 127.0.0.1:${third.port}\r\n`)
  await second.kill()
  await expect(request(second, 'PING')).rejects.toThrow()
  expect(await request(first, 'PING')).toBe('+PONG\r\n')
  await second.start()
  expect(await request(second, 'PING')).toBe('+PONG\r\n')
})

it('has a Sentinel make the replica the primary', async () => {
  const { primary, replica, sentinel, name, stop } = await startRedisSentinel({ version: '7' })
  onTestFinished(stop)
  expect(await request(replica, 'SET a 1')).toMatch(/^-READONLY/)
  await primary.kill()
  // It closes its connections when it becomes the primary.
  const set = () => request(replica, 'SET a 1').catch(() => '')
  for (let reply = ''; !reply.startsWith('+OK'); ) reply = await set()
  const whoIs = () => request(sentinel, `SENTINEL GET-MASTER-ADDR-BY-NAME ${name}`)
  for (let reply = ''; !reply.includes(String(replica.port)); ) reply = await whoIs()
})
