import { setTimeout as delay } from 'node:timers/promises'
import type { Action, Batch, Login, RequestTo, Started } from '../inside/requests/messages.ts'
import { titleOf } from '../versions.ts'
import { withWorker } from '../workerd.ts'
import { type StoreServer, startStoreServer } from './store-server.ts'

const PAIRS = 6
const BATCHES: readonly Batch[] = ['turn', 'operation']
const REQUEST_TIMEOUT_MS = 10_000
const START_TIMEOUT_MS = 300_000
/** Time for both requests to reach the store, and for the end of one of them to be seen. */
const SETTLED_MS = 300

const ACTIONS: readonly { readonly action: Action; readonly oneLeaves: boolean }[] = [
  { action: 'verify', oneLeaves: false },
  { action: 'rotate', oneLeaves: false },
  { action: 'verify', oneLeaves: true },
]

/** Pairs of requests of one worker that used one instance at the same time. */
export interface SharedInstanceTrial {
  readonly title: string
  readonly batch: Batch
  readonly action: Action
  /** The client of one request of the pair goes away before the store replies. */
  readonly oneLeaves: boolean
  readonly pairs: number
  /** Pairs of which all requests that were not given up got an active result. */
  readonly answered: number
  /** How often the store was called. */
  readonly calls: number
  /** What the other requests got, each text once. */
  readonly errors: readonly string[]
  /** How `generateKeys()` failed outside of a request; `null`: it did not. */
  readonly outside: string | null
}

/** Tries each setting of `batch` in a worker of its own. */
export async function trySharedInstances(): Promise<readonly SharedInstanceTrial[]> {
  const trials: SharedInstanceTrial[] = []
  for (const batch of BATCHES) {
    const store = await startStoreServer()
    try {
      const worker = 'src/inside/requests/worker.ts'
      const tried = await withWorker(worker, [], (url) => tryBatch(url, batch, store))
      trials.push(...tried)
    } finally {
      await store.close()
    }
  }
  return trials
}

async function tryBatch(
  url: string,
  batch: Batch,
  store: StoreServer,
): Promise<SharedInstanceTrial[]> {
  const start = { action: 'start', batch, store: store.url, pairs: PAIRS } as const
  const started = await ask(url, start, AbortSignal.timeout(START_TIMEOUT_MS))
  const { logins, outside } = JSON.parse(started) as Started
  const trials: SharedInstanceTrial[] = []
  for (const { action, oneLeaves } of ACTIONS) {
    store.takeCalls()
    const all = await answersOf(url, action, logins, oneLeaves ? store : null)
    const calls = store.takeCalls()
    const answered = all.filter((pair) => pair.every((answer) => answer === ACTIVE)).length
    const errors = [...new Set(all.flat().filter((answer) => answer !== ACTIVE))]
    const title = titleOf('workerd')
    const trial = {
      title,
      batch,
      action,
      oneLeaves,
      pairs: PAIRS,
      answered,
      calls,
      errors,
      outside,
    }
    trials.push(trial)
    console.log(JSON.stringify(trial))
  }
  return trials
}

const ACTIVE = '"active"'

/** One pair after the other, so that only two requests are there at once. */
async function answersOf(
  url: string,
  action: Action,
  logins: readonly Login[],
  leftStore: StoreServer | null,
): Promise<(readonly string[])[]> {
  const answers: (readonly string[])[] = []
  for (let pair = 0; pair < PAIRS; pair++) {
    const leaving = new AbortController()
    // Each of the two is the one that leaves in half of the pairs.
    const both = logins.slice(pair * 2, pair * 2 + 2).map(({ accessToken, refreshToken }, side) => {
      const token = action === 'verify' ? accessToken : refreshToken
      const name = `${action} ${pair} ${leftStore !== null}`
      const signal = leftStore !== null && side === pair % 2 ? leaving.signal : undefined
      const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS)
      const ended = signal ? AbortSignal.any([signal, timeout]) : timeout
      return { signal, answer: ask(url, { action, pair: name, token }, ended).catch(String) }
    })
    if (leftStore !== null) await leave(leftStore, leaving)
    const staying = both.filter(({ signal }) => signal === undefined)
    answers.push(await Promise.all(staying.map(({ answer }) => answer)))
  }
  return answers
}

async function leave(store: StoreServer, leaving: AbortController): Promise<void> {
  const release = store.holdReplies()
  await delay(SETTLED_MS)
  leaving.abort()
  await delay(SETTLED_MS)
  release()
}

async function ask(url: string, request: RequestTo, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    body: JSON.stringify(request),
    signal,
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`status ${response.status}: ${text}`)
  return text
}
