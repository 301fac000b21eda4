import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { type EngineSteps, findOrInstall } from '../src/engine/find.ts'
import { withLock } from '../src/engine/lock.ts'
import { BackendUnavailable } from '../src/index.ts'

function steps(changes: Partial<EngineSteps<string>>): EngineSteps<string> {
  let installed = false
  return {
    connect: async () => (installed ? 'engine' : Promise.reject(new Error('connection refused'))),
    obstacle: async () => null,
    install: async () => {
      installed = true
    },
    ...changes,
  }
}

it('installs an engine if none answers', async () => {
  expect(await findOrInstall(steps({}))).toBe('engine')
})

it('installs no engine if one answers', async () => {
  const install = () => Promise.reject(new Error('installed'))
  expect(await findOrInstall(steps({ connect: async () => 'running', install }))).toBe('running')
})

it('explains in one screen what to do if no engine can be installed', async () => {
  const unavailable = findOrInstall(steps({ obstacle: async () => 'this user is not root' }))
  const error = await unavailable.catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(BackendUnavailable)
  const { message } = error as Error
  expect(message).toContain('this user is not root')
  expect(message).toContain('TOKENWARD_TEST_POSTGRES_URL')
  expect(message.split('\n').length).toBeLessThanOrEqual(24)
})

it('reports why an installation failed', async () => {
  const install = () => Promise.reject(new Error('no space left'))
  await expect(findOrInstall(steps({ install }))).rejects.toThrow('no space left')
})

it.runIf(process.platform === 'linux')('withLock() runs one callback at a time', async () => {
  const name = `test-${process.pid}`
  const steps: string[] = []
  const work = (number: number) => async () => {
    steps.push(`begin ${number}`)
    await turn()
    steps.push(`end ${number}`)
  }
  await Promise.all([1, 2, 3].map((number) => withLock(name, work(number))))
  for (const [index, step] of steps.entries()) {
    if (index % 2 === 1) expect(steps[index - 1]).toBe(step.replace('end', 'begin'))
  }
  expect(steps).toHaveLength(6)
})

it.runIf(process.platform === 'linux')(
  'withLock() takes over the lock of a killed process',
  async () => {
    const name = `died-${process.pid}`
    const holder = fork(new URL('./processes/lock-holder.ts', import.meta.url), [name])
    await once(holder, 'message')
    let entered = false
    const waiting = withLock(name, async () => {
      entered = true
    })
    await turn()
    expect(entered).toBe(false)
    holder.kill('SIGKILL')
    await waiting
    expect(entered).toBe(true)
  },
)
