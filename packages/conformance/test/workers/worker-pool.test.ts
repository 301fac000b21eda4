import { fork } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test, vi } from 'vitest'
import { CaseContext } from '../../src/harness/case-context.ts'
import { Barriers } from '../../src/workers/barriers.ts'
import { WorkerPool } from '../../src/workers/worker-pool.ts'
import { context } from './environment.ts'

const greetings = (count: number) => Array.from({ length: count }, () => ({ greeting: 'hello' }))

test('every worker of a pool is a process, with the adapter, and answers under its number', async () => {
  const pool = await WorkerPool.start(await context(), 3)
  for (let run = 0; run < 2; run++) {
    const answers = await pool.run('hello', greetings(3))
    expect(answers.map(({ worker, adapter }) => [worker, adapter])).toEqual([
      [0, 'shared'],
      [1, 'shared'],
      [2, 'shared'],
    ])
    expect(new Set([process.pid, ...answers.map(({ pid }) => pid)]).size).toBe(4)
  }
})

test('processes end with the case', async () => {
  const hall = await context()
  const pool = await WorkerPool.start(hall, 2)
  const answers = await pool.run('hello', greetings(2))
  await hall.close()
  for (const { pid } of answers) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  await expect(pool.run('hello', greetings(2))).rejects.toThrow('ended by SIGKILL')
})

test('a process ends with its parent, whatever its driver does', async () => {
  const child = fork(new URL('../../src/workers/child.ts', import.meta.url), { execArgv: [] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const settings = { module: new URL('./restless-repository.ts', import.meta.url).href }
  child.send({ type: 'start', settings })
  const [hello] = await once(child, 'message')
  expect(hello).toEqual({ type: 'ready' })
  const ended = once(child, 'exit')
  child.disconnect()
  expect(await ended).toEqual([0, null])
})

test('a process that ends fails its task, and the error has its output', async () => {
  const pool = await WorkerPool.start(await context('./crashing-repository.ts'), 2)
  const run = pool.run('hello', greetings(2))
  await expect(run).rejects.toThrow(/process [01] of 2 ended by code 1; .*the driver broke/s)
})

test('a killed process fails the run, though others wait for it', async () => {
  const pool = await WorkerPool.start(await context('./silent-repository.ts'), 2)
  const run = pool.run('hello', greetings(2))
  await Promise.all([pool.kill(0), expect(run).rejects.toThrow('process 0 of 2 ended by SIGKILL')])
})

test('a pool that hangs is aborted', async () => {
  const pool = await WorkerPool.start(await context('./silent-repository.ts'), 1)
  const run = pool.run('hello', greetings(1), 300)
  await expect(run).rejects.toThrow('hello has not ended after 300 ms')
})

test('a pool that does not start is aborted', async () => {
  const hall = await context()
  const endless = 'setInterval(() => {}, 1_000); await new Promise(() => {})'
  const module = new URL(`data:text/javascript,${endless}`)
  const dark = new CaseContext({ ...hall.environment, module }, 'dark', 1, 1)
  onTestFinished(() => dark.close())
  await expect(WorkerPool.start(dark, 1, 300)).rejects.toThrow(
    'the start has not ended after 300 ms',
  )
})

test('an error of a task arrives with its stack', async () => {
  const pool = await WorkerPool.start(await context(), 1)
  const run = pool.run('nothing' as 'hello', greetings(1))
  await expect(run).rejects.toThrow(/process 0 of 1: RangeError: there is no task nothing\n +at /)
})

test('an error of a task arrives with its causes', async () => {
  const pool = await WorkerPool.start(await context('./failing-repository.ts'), 1)
  const run = pool.run('hello', greetings(1))
  await expect(run).rejects.toThrow(
    /process 0 of 1: Error: The driver failed\n.*\ncaused by: Error: connection refused\n +at /s,
  )
})

test('no variable of the test runner reaches a process', async () => {
  vi.stubEnv('NODE_OPTIONS', '--import=./no-such-module.js')
  const pool = await WorkerPool.start(await context(), 1).finally(() => vi.unstubAllEnvs())
  expect(await pool.run('hello', greetings(1))).toHaveLength(1)
})

test('a barrier opens at the last of all arrivals, for each process once, again and again', () => {
  const passed: unknown[] = []
  const barriers = new Barriers<string>((barrier, workers) => passed.push([barrier, workers]))
  for (let again = 0; again < 2; again++) {
    for (const worker of ['a', 'b', 'a']) barriers.arrive('line', worker, 4)
    barriers.arrive('elsewhere', 'b', 2)
    expect(passed.splice(0)).toEqual([])
    barriers.arrive('line', 'b', 4)
    barriers.arrive('elsewhere', 'a', 2)
    expect(passed.splice(0)).toEqual([
      ['line', ['a', 'b']],
      ['elsewhere', ['b', 'a']],
    ])
  }
})
