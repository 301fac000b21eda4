import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { generateKeys, type Login, prepare, type Tokenward } from '@tokenward/core'
import { Progress } from '../progress.ts'
import type { StoreName, TrialStore } from '../stores.ts'
import { open, optionsOf, type Setup, sharedNow } from './setup.ts'
import type { Ended, FromVerifier, ToVerifier } from './verifier-process.ts'

const VERIFICATIONS = Number(process.env['TRIAL_VERIFICATIONS'] ?? 1_000_000)
const TOKENS = 2_000
const PROCESSES = 4
const LEASE = 250
const LOWERED = 50

/** When a token was revoked, in ms. */
interface Revocation {
  readonly invoked: number
  readonly acknowledged: number
  readonly resolved: number
}

/**
 * Four processes verify under a lease while another one, without a cache, revokes token after token. One of the four is
 * suspended again and again, and the lease of the store is lowered in the middle. No verification that began after
 * a revocation had resolved may be accepted.
 */
export async function revokeUnderLease(name: StoreName, store: TrialStore): Promise<void> {
  const setup: Setup = { name, url: store.url, keys: await generateKeys(), lease: LEASE }
  await prepare(optionsOf(setup))
  const revoker = await open({ ...setup, lease: null })
  const logins = await login(revoker)
  const verifiers = Array.from({ length: PROCESSES }, () => new Verifier(setup, logins))
  await Promise.all(verifiers.map(({ ready }) => ready))
  const suspended = suspendOften(verifiers[0] as Verifier)
  const revocations = await revokeAll(revoker, logins, verifiers, setup)
  await suspended.stop()
  const results = await Promise.all(verifiers.map((verifier) => verifier.end()))
  await revoker.close()
  report(verifiers, revocations, results)
}

async function login(tokens: Tokenward): Promise<Login[]> {
  const logins: Login[] = []
  for (let n = 0; n < TOKENS; n += 50)
    logins.push(
      ...(await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          tokens.issue({ subject: `user ${n + i}`, client: 'web' }),
        ),
      )),
    )
  return logins
}

class Verifier {
  verified = 0
  readonly #ready = Promise.withResolvers<void>()
  readonly process: ChildProcess
  #ended = Promise.withResolvers<Ended>()

  constructor(setup: Setup, logins: readonly Login[]) {
    this.process = fork(join(import.meta.dirname, 'verifier-process.ts'))
    this.process.on('message', (message: FromVerifier) => {
      if (message.type === 'ready') this.#ready.resolve()
      else if (message.type === 'verified') this.verified = message.count
      else this.#ended.resolve(message)
    })
    this.process.once('exit', (code) => {
      const error = new Error(`a verifier ended with ${code}`)
      this.#ready.reject(error)
      this.#ended.reject(error)
    })
    const order: ToVerifier = { setup, tokens: logins.map(({ accessToken }) => accessToken) }
    this.process.send(order)
  }

  get ready(): Promise<void> {
    return this.#ready.promise
  }

  async end(): Promise<Ended> {
    this.process.send('end')
    const result = await this.#ended.promise
    const exited = once(this.process, 'exit')
    this.process.disconnect()
    await exited
    return result
  }
}

function suspendOften(verifier: Verifier): { stop(): Promise<void> } {
  let isOver = false
  const suspending = (async () => {
    while (!isOver) {
      await wait(Math.random() * 300)
      verifier.process.kill('SIGSTOP')
      await wait(Math.random() * 600)
      verifier.process.kill('SIGCONT')
    }
  })()
  return {
    async stop() {
      isOver = true
      await suspending
    },
  }
}

/** One after the other as the verifications go on, many at once: each waits for a lease. */
async function revokeAll(
  revoker: Tokenward,
  logins: readonly Login[],
  verifiers: readonly Verifier[],
  setup: Setup,
): Promise<readonly Revocation[]> {
  const progress = new Progress('verified', VERIFICATIONS)
  const calls: Promise<Revocation>[] = []
  let isLowered = false
  for (;;) {
    const done = verifiers.reduce((sum, { verified }) => sum + verified, 0)
    progress.show(Math.min(done, VERIFICATIONS))
    const due = Math.min(Math.floor((TOKENS * done) / VERIFICATIONS), TOKENS)
    while (calls.length < due) calls.push(revoke(revoker, logins[calls.length] as Login))
    if (!isLowered && done > VERIFICATIONS / 2) {
      isLowered = true
      await prepare(optionsOf({ ...setup, lease: LOWERED }))
      console.log(`\nthe lease is lowered from ${LEASE} to ${LOWERED} ms`)
    }
    if (done >= VERIFICATIONS) break
    await wait(5)
  }
  const revocations = await Promise.all(calls)
  // A wrong instance would go on to accept from memory.
  await wait(2 * LEASE)
  progress.end()
  return revocations
}

async function revoke(revoker: Tokenward, { accessToken, subject }: Login): Promise<Revocation> {
  const invoked = sharedNow()
  let acknowledged = 0
  const stop = revoker.on('revoked', (event) => {
    if (event.subject === subject) acknowledged = sharedNow()
  })
  await revoker.revoke(accessToken)
  stop()
  return { invoked, acknowledged, resolved: sharedNow() }
}

function report(
  verifiers: readonly Verifier[],
  revocations: readonly Revocation[],
  results: readonly Ended[],
): void {
  const total = verifiers.reduce((sum, { verified }) => sum + verified, 0)
  const memory = results.reduce((sum, { fromMemory }) => sum + fromMemory, 0)
  const last = revocations.map((_, n) =>
    Math.max(...results.map((each) => each.lastAccepted[n] ?? 0)),
  )
  const wrong = revocations.filter(({ resolved }, n) => (last[n] ?? 0) > resolved).length
  const late = revocations.filter(({ acknowledged }, n) => (last[n] ?? 0) > acknowledged).length
  console.log(
    `${total} verifications by ${verifiers.length} processes, about ${Math.round((100 * memory) / total)} % from memory; ${revocations.length} revocations: ${wrong} accepted after they had resolved, ${late} accepted between the acknowledgement and that`,
  )
  const durations = revocations.map(({ invoked, resolved }) => resolved - invoked)
  const lags = revocations.map(({ invoked }, n) => Math.max((last[n] ?? 0) - invoked, 0))
  console.log(
    `revoke took ${quantiles(durations)}; the last acceptance began ${quantiles(lags)} after its call`,
  )
  if (wrong > 0) throw new Error('a revoked token was accepted')
  if (late === 0) throw new Error('nothing was verified from memory: the trial proves nothing')
}

function quantiles(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (part: number) => Math.round(sorted[Math.floor((sorted.length - 1) * part)] ?? 0)
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)} ms`
}
