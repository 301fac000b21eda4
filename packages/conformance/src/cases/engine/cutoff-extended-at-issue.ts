import assert from 'node:assert/strict'
import type { Login, Tokenward } from '@tokenward/core'
import type { Bench } from '../../harness/case-context.ts'
import { DAY } from '../../harness/clock.ts'
import { type Recorder, recorder } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { all, evicting, handle } from '../../suite/requirements.ts'
import { assertActive, assertAlive, assertDead, assertRotated, REFRESH } from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web' } as const
/** Days. */
const SESSION = 4
const lifetimes = { access: '1h', refresh: `${SESSION}d`, session: `${SESSION}d` } as const

const cutoffOutlived: Case = {
  row: 69,
  name: 'cutoff-outlived',
  level: 'engine',
  guards: 'a login finds cutoffs that last to its end or makes them last, and nobody dies of that',
  gate: all(evicting, handle('drop')),
  async run(bench) {
    await livesToItsEnd(bench)
    await longerLogins(bench)
  },
}

/** The subject logs in when its cutoffs have half of their time left, or less. */
async function livesToItsEnd(bench: Bench): Promise<void> {
  const store = await Store.create(bench)
  const { instance } = store
  const first = await instance.issue(GRANT)
  await store.passes(0.9 * SESSION)
  store.sent.clear()
  const second = await instance.issue(GRANT)
  // A cutoff is stored for twice as long as a login: no need to write at every login.
  assert.deepEqual(renewed(store.sent), [], 'cutoffs that last long enough are left alone')
  await assertActive(instance, first.refreshToken, 'the first login', REFRESH)
  await store.passes(0.9 * SESSION)
  const third = await instance.issue(GRANT)
  assert.ok(renewed(store.sent).length > 0, 'cutoffs that end too soon are made to last')
  await assertActive(instance, second.refreshToken, 'a login from before they were', REFRESH)
  await store.passes(0.09 * SESSION)
  await assertActive(instance, second.refreshToken, 'at the end of that login', REFRESH)
  await assertDead(instance, first, 'past its end')
  await store.passes(0.9 * SESSION)
  await assertRotates(instance, third, 'at the end of the third login')
  await store.passes(0.02 * SESSION)
  await assertDead(instance, third, 'past its end')
  await assertAlive(instance, await instance.issue(GRANT), 'life goes on')
}

/** Another machine gives its logins more time than the cutoffs were stored for. */
async function longerLogins(bench: Bench): Promise<void> {
  const namespace = `${bench.namespace} longer`
  const store = await Store.create(bench, namespace)
  const short = await store.instance.issue(GRANT)
  const longer = { ...lifetimes, refresh: `${4 * SESSION}d`, session: `${4 * SESSION}d` } as const
  const instance = await bench.instance({
    namespace,
    lifetimes: longer,
    through: store.sent.through,
  })
  const long = await instance.issue(GRANT)
  await assertAlive(store.instance, short, 'born under the same cutoffs')
  await store.passes(3.99 * SESSION)
  await assertRotates(instance, long, 'at the end of the longer login')
}

async function assertRotates(instance: Tokenward, login: Login, what: string): Promise<void> {
  const next = await instance.rotate(login.refreshToken)
  assertRotated(next, what)
  await assertAlive(instance, next, what)
}

/** Cutoffs that stood, and were written again. */
function renewed({ writes }: Recorder): readonly string[] {
  const again = writes.flat().filter(({ expected }) => expected !== null)
  return again.filter(({ record }) => record.kind === 'cutoff').map(({ record }) => record.key)
}

/** An instance on the test's clock, by which the store forgets: its own cannot be moved. */
class Store {
  readonly instance: Tokenward
  readonly sent: Recorder
  readonly #bench: Bench
  readonly #until = new Map<string, number>()

  private constructor(bench: Bench, instance: Tokenward, sent: Recorder) {
    this.#bench = bench
    this.instance = instance
    this.sent = sent
  }

  static async create(bench: Bench, namespace?: string): Promise<Store> {
    const sent = recorder()
    const instance = await bench.instance({
      ...(namespace && { namespace }),
      lifetimes,
      through: sent.through,
    })
    return new Store(bench, instance, sent)
  }

  /** So many days. */
  async passes(days: number): Promise<void> {
    const { clock, stage } = this.#bench
    for (const { record } of this.sent.writes.flat())
      this.#until.set(record.key, record.retainUntil)
    clock.advance(days * DAY)
    for (const [key, until] of this.#until) if (until <= clock()) await stage.server.drop?.(key)
  }
}

export const cases: readonly Case[] = [cutoffOutlived]
