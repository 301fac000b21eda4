import type { TokenRepository } from '@tokenward/core'
import { createRandom, type Random } from '../harness/random.ts'
import { chain } from '../interceptors/intercept.ts'
import { Client } from './client.ts'
import { ignoreLateReplies } from './ignore-late-replies.ts'
import type { Operation } from './operation.ts'
import { historyRecorder } from './recorder.ts'
import { sharedThinkTime } from './think-time.ts'

export interface Workload {
  /** One client for each. */
  readonly repositories: readonly TokenRepository[]
  readonly keys: readonly string[]
  /** Calls of each client. A call can have several keys. */
  readonly calls: number
  readonly random: Random
  readonly persistent?: boolean
  /** The prefix of this process, where there are several. */
  readonly prefix?: string
  /** ns, on one clock for all processes. */
  readonly now?: () => number
}

/**
 * Lets clients read and write the same few keys concurrently.
 * @returns what each of them saw
 */
export async function runWorkload(workload: Workload): Promise<readonly Operation[]> {
  const { repositories, keys, calls, random, prefix = '', now, persistent = false } = workload
  const recorder = historyRecorder(now)
  const thinkTime = sharedThinkTime()
  const clients = repositories.map((inner, i) => {
    const name = `${prefix}c${i}`
    const repository = chain(recorder.wrap(name), ignoreLateReplies)(inner)
    const own = createRandom(random.below(2 ** 32))
    return new Client({ name, repository, keys, random: own, thinkTime, persistent })
  })
  await Promise.all(clients.map((client) => client.run(calls)))
  return recorder.operations
}
