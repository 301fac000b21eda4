// The module of a child process: one worker of a pool. It receives its tasks through its channel.
import { core } from '../harness/engine.ts'
import { loadRepositoryFactory } from '../harness/load-repository.ts'
import { traceOf } from '../suite/failure.ts'
import type { FromChild, TaskRequest, ToChild, WorkerSettings } from './messages.ts'
import { taskNamed } from './tasks/all.ts'
import { type Tested, WorkerContext } from './worker-context.ts'

// The parent has ended, or has disconnected.
process.once('disconnect', () => process.exit())

let context: WorkerContext | null = null

// An error that is thrown here ends the process: the parent notices, and reports the output.
process.on('message', async (message: ToChild) => {
  if (message.type === 'start') {
    context = new WorkerContext(message.settings, await load(message.settings), send)
    send({ type: 'ready' })
  } else if (message.type === 'run') await runTask(message.request)
  else context?.pass(message.barrier)
})

/** The one place where a child loads what it tests, and where known-bads are applied. */
async function load({ module, knownBad }: WorkerSettings): Promise<Tested> {
  const connect = await loadRepositoryFactory(new URL(module))
  if (knownBad === undefined) return { connect, engine: core }
  const { knownBadNamed } = await import('../known-bad/all.ts')
  const bad = knownBadNamed(knownBad)
  if (bad.level === 'engine') {
    const { loadEngine } = await import('../known-bad/engines/load.ts')
    return { connect, engine: await loadEngine(bad) }
  }
  return { connect: (url, namespace) => bad.wrap(connect(url, namespace)), engine: core }
}

async function runTask({ run, task, args, now }: TaskRequest): Promise<void> {
  try {
    if (context === null) throw new Error('a process must be started before it runs a task')
    const answer = await taskNamed(task)(context.forRun(run, now), args)
    send({ type: 'answer', run, answer })
  } catch (error) {
    send({ type: 'failure', run, error: traceOf(error) })
  }
}

function send(message: FromChild): void {
  process.send?.(message)
}
