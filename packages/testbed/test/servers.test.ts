import type { ServerHandle } from '@tokenward/conformance'
import { expect, it } from 'vitest'
import { findEngine } from '../src/engine/find.ts'
import type { Backend, Testbed } from '../src/index.ts'
import { startFailure } from '../src/readiness.ts'
import { kinds } from '../src/servers/kinds.ts'
import { imageFor } from '../src/start.ts'
import { connectionError, startHere } from './support.ts'

it('has the type that the conformance suite takes', () => {
  const asServer = (testbed: Testbed): ServerHandle => testbed
  expect(asServer).toBeTypeOf('function')
})

const servers: [Backend, version: string, name: RegExp, release: RegExp][] = [
  ['postgres', '18', /^postgres$/, /^18\./],
  ['postgres', '15', /^postgres$/, /^15\./],
  ['redis', '8', /^redis$/, /^8\./],
  ['redis', '7', /^redis$/, /^7\./],
  ['redis', 'valkey', /^valkey$/, /^9\./],
  ['memcached', '1.6', /^memcached$/, /^1\.6\./],
  ['mongodb', '8.0', /^mongodb$|^SecantusDB$/, /8\.\d+\.\d+/],
]

it.each(servers)('starts %s %s', async (backend, version, name, release) => {
  const { url, server, stop } = await startHere(backend, { version })
  expect(server.name).toMatch(name)
  expect(server.version).toMatch(release)
  expect(server.standIn).toBe(server.name === 'SecantusDB')
  await stop()
  expect(await connectionError(url)).toBe('ECONNREFUSED')
})

it('runs four servers at the same time', async () => {
  const backends: Backend[] = ['postgres', 'redis', 'memcached', 'mongodb']
  const started = performance.now()
  const all = await Promise.all(backends.map((backend) => startHere(backend)))
  const took = performance.now() - started
  console.log(`four servers at the same time: ${Math.round(took)} ms`)
  expect(new Set(all.map(({ url }) => url)).size).toBe(4)
})

it('rejects an unknown version', async () => {
  await expect(startHere('postgres', { version: '9' })).rejects.toThrow('only 15,18')
})

it('reports why a server ended during its start', async () => {
  const wrong = startHere('postgres', { settings: { no_such_setting: '1' } })
  await expect(wrong).rejects.toThrow('no_such_setting')
})

it('reports why a server ended before its port was checked', async () => {
  const { container } = await findEngine()
  const { image } = await imageFor(kinds.postgres, '15')
  const Cmd = ['sh', '-c', 'echo the last; echo words >&2; exit 3']
  const ended = await container.dockerode.createContainer({ Image: image, Entrypoint: [], Cmd })
  await ended.start()
  await ended.wait()
  const failure = new Error('Timed out while waiting for container ports')
  const reason = await startFailure(container.dockerode, ended.id, failure)
  expect(reason).toMatchObject({ cause: failure })
  const lines = String(reason).split('\n')
  expect(lines[0]).toBe('Error: the server ended with code 3')
  expect(lines.slice(1).toSorted()).toEqual(['', 'the last', 'words'])
  await expect(ended.inspect()).rejects.toMatchObject({ statusCode: 404 })
})
