// The module of a child process: one worker of a pool. It receives its tasks through its channel.
import { loadRepositoryFactory, type RepositoryFactory } from '../harness/load-repository.ts'
import { traceOf } from '../suite/failure.ts'
import type { FromChild, TaskRequest, ToChild, WorkerSettings } from './messages.ts'
import { taskNamed } from './tasks/all.ts'
import { WorkerContext } from './worker-context.ts'

// The parent has ended, or has disconnected.
process.once('disconnect', () => process.exit())

let context: WorkerContext | null = null

// An error that is thrown here ends the process: the parent notices, and reports the output.
process.on('message', async (message: ToChild) => {
  if (message.type === 'start') {
    context = new WorkerContext(message.settings, await openFactory(message.settings), send)
    send({ type: 'ready' })
  } else if (message.type === 'run') await runTask(message.request)
  else context?.pass(message.barrier)
})

/** The one place where a child makes repositories, and where known-bad adapters are applied. */
async function openFactory({ module, knownBad }: WorkerSettings): Promise<RepositoryFactory> {
  const connect = await loadRepositoryFactory(new URL(module))
  if (knownBad === undefined) return connect
  const { knownBadAdapterNamed } = await import('../known-bad/adapters/all.ts')
  const { wrap } = knownBadAdapterNamed(knownBad)
  return (url, namespace) => wrap(connect(url, namespace))
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
