import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { expect, it, onTestFinished, vi } from 'vitest'
import { type Dockerode, findEngine } from '../src/engine/find.ts'
import { base } from '../src/images/base.ts'
import { OWNER_LABEL, type ProcessIdentity, thisProcess } from '../src/process-identity.ts'
import { remove, removeOrphans } from '../src/remove-orphans.ts'
import { connectionError, startHere } from './support.ts'

function process(name: string): ChildProcess {
  const child = fork(new URL(`./processes/${name}.ts`, import.meta.url))
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

async function docker(): Promise<Dockerode> {
  const { container } = await findEngine()
  return container.dockerode
}

async function containers(): Promise<string[]> {
  const filters = { label: [OWNER_LABEL] }
  const all = await (await docker()).listContainers({ all: true, filters })
  return all.map(({ Id }) => Id)
}

it('the containers of a killed process are removed', async () => {
  const child = process('server-owner')
  const [{ url }] = await once(child, 'message')
  expect(await connectionError(url)).toBeUndefined()
  await kill(child)
  await vi.waitUntil(async () => (await connectionError(url)) === 'ECONNREFUSED', 300_000)
})

it('removeOrphans() removes only the containers of ended processes', async () => {
  const child = process('identity')
  const [owner] = (await once(child, 'message')) as [ProcessIdentity]
  const orphan = await createOwned(owner)
  const mine = await createOwned(thisProcess())
  await removeOrphans(await docker())
  expect(await containers()).toEqual(expect.arrayContaining([orphan, mine]))
  await kill(child)
  await removeOrphans(await docker())
  expect(await containers()).toContain(mine)
  expect(await containers()).not.toContain(orphan)
})

it('a process with a reused id is another process', async () => {
  const orphan = await createOwned({ ...thisProcess(), started: '1' })
  await removeOrphans(await docker())
  expect(await containers()).not.toContain(orphan)
})

it('stop() removes a suspended server', async () => {
  const { url, pause, stop } = await startHere('memcached')
  await pause()
  await stop()
  expect(await connectionError(url)).toBe('ECONNREFUSED')
})

/** Creates a container that never runs, labeled with an owner. */
async function createOwned(owner: ProcessIdentity): Promise<string> {
  const { server } = await startHere('memcached')
  const container = await (await docker()).createContainer({
    Image: server.image ?? base.name,
    Cmd: ['true'],
    Labels: { [OWNER_LABEL]: JSON.stringify(owner) },
  })
  onTestFinished(async () => remove(await docker(), container.id))
  return container.id
}
