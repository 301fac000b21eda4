// The module of a child process: one member of a crew. It is told what to do through its channel.
import { loadRepositoryFactory, type RepositoryFactory } from '../harness/load-repository.ts'
import { traceOf } from '../suite/failure.ts'
import type { FromChild, TaskRequest, ToChild, WorkerSettings } from './messages.ts'
import { taskNamed } from './tasks/all.ts'
import { WorkerContext } from './worker-context.ts'

// Its parent is gone, or done with it.
process.once('disconnect', () => process.exit())

let context: WorkerContext | null = null

// What is thrown here ends the process: the parent hears of that, and sees why.
process.on('message', async (message: ToChild) => {
  if (message.type === 'start') {
    context = new WorkerContext(message.settings, await openFactory(message.settings), send)
    send({ type: 'ready' })
  } else if (message.type === 'run') await runTask(message.request)
  else context?.pass(message.barrier)
})

/** The one place where a child learns how to make repositories, and where broken ones are broken. */
async function openFactory({ module, knownBad }: WorkerSettings): Promise<RepositoryFactory> {
  const connect = await loadRepositoryFactory(new URL(module))
  if (knownBad === undefined) return connect
  const { knownBadAdapterNamed } = await import('../known-bad/adapters/all.ts')
  const { wrap } = knownBadAdapterNamed(knownBad)
  return (url, namespace) => wrap(connect(url, namespace))
}

async function runTask({ run, task, args, now }: TaskRequest): Promise<void> {
  try {
    if (context === null) throw new Error('a process must be started before it is told what to do')
    const answer = await taskNamed(task)(context.forRun(run, now), args)
    send({ type: 'answer', run, answer })
  } catch (error) {
    send({ type: 'failure', run, error: traceOf(error) })
  }
}

function send(message: FromChild): void {
  process.send?.(message)
}
