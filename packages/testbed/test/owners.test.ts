import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { expect, it, onTestFinished, vi } from 'vitest'
import { type Dockerode, findEngine } from '../src/engine/find.ts'
import { base } from '../src/images/base.ts'
import { type Owner, ownerLabel, thisProcess } from '../src/owner.ts'
import { remove, sweep } from '../src/sweep.ts'
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
  const filters = { label: [ownerLabel] }
  const all = await (await docker()).listContainers({ all: true, filters })
  return all.map(({ Id }) => Id)
}

it('leaves nothing behind when the process that started a server is killed', async () => {
  const child = process('server-owner')
  const [{ url }] = await once(child, 'message')
  expect(await connectionError(url)).toBeUndefined()
  await kill(child)
  await vi.waitUntil(async () => (await connectionError(url)) === 'ECONNREFUSED', 300_000)
})

it('sweeps what belongs to a process that has ended, and nothing else', async () => {
  const child = process('identity')
  const [owner] = (await once(child, 'message')) as [Owner]
  const orphan = await contain(owner)
  const mine = await contain(thisProcess())
  await sweep(await docker())
  expect(await containers()).toEqual(expect.arrayContaining([orphan, mine]))
  await kill(child)
  await sweep(await docker())
  expect(await containers()).toContain(mine)
  expect(await containers()).not.toContain(orphan)
})

it('takes a process number that was given again for another process', async () => {
  const reborn = await contain({ ...thisProcess(), started: '1' })
  await sweep(await docker())
  expect(await containers()).not.toContain(reborn)
})

it('stops a paused server', async () => {
  const { url, pause, stop } = await startHere('memcached')
  await pause()
  await stop()
  expect(await connectionError(url)).toBe('ECONNREFUSED')
})

/** A container that never runs, in somebody's name. */
async function contain(owner: Owner): Promise<string> {
  const { server } = await startHere('memcached')
  const container = await (await docker()).createContainer({
    Image: server.image ?? base.name,
    Cmd: ['true'],
    Labels: { [ownerLabel]: JSON.stringify(owner) },
  })
  onTestFinished(async () => remove(await docker(), container.id))
  return container.id
}
