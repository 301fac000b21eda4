import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, it, onTestFinished, vi } from 'vitest'
import { start, startRing } from '../src/index.ts'
import { startHere } from './support.ts'

async function request(url: string, line: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.write(`${line}\r\n`)
  const [reply] = await once(socket, 'data')
  socket.destroy()
  return String(reply)
}

it('takes flags, and loses all data at a restart', async () => {
  const { url, kill, start } = await startHere('memcached', { settings: { m: '2' } })
  expect(await request(url, 'stats settings')).toContain('STAT maxbytes 2097152')
  expect(await request(url, 'set key 0 0 5\r\nvalue')).toBe('STORED\r\n')
  expect(await request(url, 'get key')).toContain('value')
  await kill()
  await start()
  expect(await request(url, 'get key')).toBe('END\r\n')
})

it('starts a ring', async () => {
  const ring = await startRing(3)
  onTestFinished(() => ring.stop())
  expect(ring.url).toMatch(/^memcached:\/\/(127\.0\.0\.1:\d+,){2}127\.0\.0\.1:\d+$/)
  expect(new Set(ring.members.map(({ url }) => url)).size).toBe(3)
})

it('uses the server in the environment, and leaves it running', async () => {
  const { url } = await startHere('memcached')
  vi.stubEnv('TOKENWARD_TEST_MEMCACHED_URL', url)
  onTestFinished(() => void vi.unstubAllEnvs())
  const named = await start('memcached')
  expect(Object.keys(named).toSorted()).toEqual(['server', 'stop', 'url'])
  expect(named.url).toBe(url)
  expect(named.server.version).toMatch(/^1\./)
  await named.stop()
  expect(await request(url, 'version')).toMatch(/^VERSION/)
})
