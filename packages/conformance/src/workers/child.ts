// The module of a child process: one member of a crew. It is told what to do through its channel.
import { loadFactory, type RepositoryFactory } from '../harness/load-repository.ts'
import { traceOf } from '../suite/failure.ts'
import type { FromChild, Order, Setting, ToChild } from './messages.ts'
import { taskNamed } from './tasks/all.ts'
import { Context } from './worker-context.ts'

// Its parent is gone, or done with it.
process.once('disconnect', () => process.exit())

let context: Context | null = null

// What is thrown here ends the process: the parent hears of that, and sees why.
process.on('message', async (message: ToChild) => {
  if (message.say === 'start') {
    context = new Context(message.setting, await openFactory(message.setting), tell)
    tell({ say: 'ready' })
  } else if (message.say === 'run') await obey(message.order)
  else context?.pass(message.barrier)
})

/** The one place where a child learns how to make repositories, and where broken ones are broken. */
async function openFactory({ module, knownBad }: Setting): Promise<RepositoryFactory> {
  const connect = await loadFactory(new URL(module))
  if (knownBad === undefined) return connect
  const { knownBadAdapterNamed } = await import('../known-bad/adapters/all.ts')
  const { wrap } = knownBadAdapterNamed(knownBad)
  return (url, namespace) => wrap(connect(url, namespace))
}

async function obey({ run, task, args, now }: Order): Promise<void> {
  try {
    if (context === null) throw new Error('a process must be started before it is told what to do')
    const answer = await taskNamed(task)(context.forRun(run, now), args)
    tell({ say: 'answer', run, answer })
  } catch (error) {
    tell({ say: 'failure', run, error: traceOf(error) })
  }
}

function tell(message: FromChild): void {
  process.send?.(message)
}
