import { connect } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { type RedisProcess, startRedisCluster, startRedisSentinel } from '../src/index.ts'
import { tcpRequest } from '../src/servers/tcp-request.ts'

async function request({ port }: { readonly port: number }, line: string): Promise<string> {
  return tcpRequest(connect(port, '127.0.0.1'), `${line}\r\n`, /\r\n$/)
}

it('starts a cluster whose primaries can be killed one by one', async () => {
  const { primaries, stop } = await startRedisCluster(3, { version: '7' })
  onTestFinished(stop)
  const [first, second, third] = primaries as [RedisProcess, RedisProcess, RedisProcess]
  // The slot of `foo` belongs to the third primary.
  expect(await request(third, 'SET foo 1')).toBe('+OK\r\n')
  expect(await request(first, 'SET foo 1')).toBe(`-MOVED 12182 127.0.0.1:${third.port}\r\n`)
  await second.kill()
  await expect(request(second, 'PING')).rejects.toThrow()
  expect(await request(first, 'PING')).toBe('+PONG\r\n')
  await second.start()
  expect(await request(second, 'PING')).toBe('+PONG\r\n')
})

it('the Sentinel promotes the replica when the primary is killed', async () => {
  const { primary, replica, sentinel, name, stop } = await startRedisSentinel({ version: '7' })
  onTestFinished(stop)
  expect(await request(replica, 'SET a 1')).toMatch(/^-READONLY/)
  await primary.kill()
  // A replica closes its connections when it becomes the primary.
  const set = () => request(replica, 'SET a 1').catch(() => '')
  for (let reply = ''; !reply.startsWith('+OK'); ) reply = await set()
  const currentPrimary = () => request(sentinel, `SENTINEL GET-MASTER-ADDR-BY-NAME ${name}`)
  for (let reply = ''; !reply.includes(String(replica.port)); ) reply = await currentPrimary()
})
