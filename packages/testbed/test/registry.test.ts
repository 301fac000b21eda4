import { expect, it, onTestFinished, vi } from 'vitest'
import { findEngine } from '../src/engine/find.ts'
import { chooseImage } from '../src/images/choose.ts'
import { pull } from '../src/images/official.ts'
import { kinds } from '../src/servers/kinds.ts'
import { fakeRegistry, serve } from './registry/fake-registry.ts'

it('pulls a published image once', async () => {
  let requests = 0
  const image = await fakeRegistry((request, response) => {
    requests += 1
    serve(request, response)
  })
  const { container } = await findEngine()
  expect(await pull(image)).toBe(true)
  onTestFinished(() => container.dockerode.getImage(image).remove())
  const count = requests
  expect(count).toBeGreaterThan(0)
  expect(await pull(image)).toBe(true)
  expect(requests).toBe(count)
})

it('does not ask a registry again that did not answer', async () => {
  let requests = 0
  let isOver = false
  const image = await fakeRegistry((_, response) => {
    requests += 1
    response.once('close', () => {
      isOver = true
    })
  })
  expect(await pull(image)).toBe(false)
  // The engine's request is still open.
  expect(isOver).toBe(false)
  const count = requests
  expect(count).toBe(1)
  expect(await pull(image)).toBe(false)
  expect(requests).toBe(count)
})

it('rejects if only published images are allowed and none can be pulled', async () => {
  vi.stubEnv('TOKENWARD_TESTBED_IMAGES', 'official')
  onTestFinished(() => void vi.unstubAllEnvs())
  const image = await fakeRegistry((_, response) => void response.writeHead(404).end())
  const version = kinds.memcached.versions['1.6']
  if (!version) throw new Error('version 1.6 is missing')
  const unpublished = { ...version, official: { ...version.official, image } }
  await expect(chooseImage(unpublished)).rejects.toThrow('only official images are allowed')
})
