import assert from 'node:assert/strict'
import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import { connectThroughProxy } from '../../fault-proxy/connect-through-proxy.ts'
import type { CaseContext } from '../../harness/case-context.ts'
import { deadline, fairTimeout } from '../../harness/timeouts.ts'
import type { Case } from '../../suite/case.ts'
import { claims } from '../../suite/requirements.ts'
import { changed, insertAll, makeRecord, makeRecords, readOne, writeOne } from './records.ts'

const lostReplies: Case = {
  planRow: 20,
  name: 'lost-replies',
  level: 'adapter',
  catches: 'a call whose reply was lost rejects at once, or retries and recognizes its own etag',
  requires: claims('network'),
  async run(context) {
    for (const type of ['reset-after-send', 'half-reply'] as const) {
      const { proxy, url } = await connectThroughProxy(context)
      const repository = await context.repository(context.namespace, url)
      const first = makeRecord(context)
      await insertAll(repository, [first])
      const second = changed(context, first)
      await proxy.set({ type, times: 1 })
      const written = await atOnce(type, (late) => writeOne(repository, second, first.etag, late))
      assert.equal(proxy.cuts, 1, `${type}: one reply is cut`)
      assert.notEqual(written, false, `${type}: answered false, though it happened`)
      await untilConnected(repository, first.key)
      await proxy.set({ type, times: 1 })
      const seen = await atOnce(type, (late) => readOne(repository, first.key, late))
      assert.equal(proxy.cuts, 2, `${type}: another reply is cut`)
      const etag = seen === REJECTED ? second.etag : (seen?.etag ?? null)
      assert.equal(etag, second.etag, `${type}: half a reply is no answer`)
      await untilConnected(repository, first.key)
      assert.equal(await writeOne(repository, second, first.etag), true, `${type}: sent again`)
    }
    // An adapter may read before it writes: then the first replies are not that of the write.
    for (let before = 0; !(await replacedMeanwhile(context, before)); before++)
      assert.ok(before < MOST_REPLIES, 'no reply came after the write was stored')
  },
}

/** A connection that was cut is known to be: nothing comes any more that the call could wait for. */
async function atOnce<T>(
  type: string,
  call: (late: AbortSignal) => Promise<T>,
): Promise<T | typeof REJECTED> {
  const late = fairTimeout(NOTICED_WITHIN)
  const answer = await orRejected(call(late))
  assert.equal(late.aborted, false, `${type}: the call waited for its deadline`)
  return answer
}

/** After a cut, an adapter may be without a connection for a while. */
async function untilConnected(repository: TokenRepository, key: string): Promise<void> {
  const late = deadline()
  while ((await orRejected(readOne(repository, key))) === REJECTED) {
    assert.equal(late.aborted, false, 'no call is answered any more')
    await new Promise((next) => setTimeout(next, 10))
  }
}

/**
 * A driver that sends the write again, by itself, finds what another client has stored since.
 * @param before how many replies arrive before the one that is cut
 * @returns whether the write was stored when its reply was cut
 */
async function replacedMeanwhile(context: CaseContext, before: number): Promise<boolean> {
  const { proxy, url } = await connectThroughProxy(context)
  const repository = await context.repository(context.namespace, url)
  const rival = await context.repository()
  const first = makeRecord(context)
  const [second, third] = [changed(context, first), changed(context, first)]
  await insertAll(repository, [first])
  const cut = () => proxy.set({ type: 'reset-after-send', times: 1, followedBy: 'black-hole' })
  if (before === 0) await cut()
  const writing = orRejected(writeOne(repository, second, first.etag))
  for (let n = 1; n <= before; n++) {
    const { replies } = proxy.bytes
    await proxy.until(({ bytes }) => bytes.replies > replies, deadline())
    if (n === before) await cut()
  }
  await proxy.until(({ cuts }) => cuts === 1, deadline())
  const isReplaced = await writeOne(rival, third, second.etag)
  await proxy.heal()
  const written = await writing
  const what = 'replaced meanwhile: answered false, though it happened'
  if (isReplaced) assert.notEqual(written, false, what)
  return isReplaced
}

const lateReplies: Case = {
  planRow: 21,
  name: 'late-replies',
  level: 'adapter',
  catches: 'the reply to an aborted call is never the answer to another call',
  requires: claims('network'),
  async run(context) {
    const { proxy, url } = await connectThroughProxy(context)
    const repository = await context.repository(context.namespace, url)
    const calls: Record<string, (signal: AbortSignal) => Promise<unknown>> = {
      read: (signal) => repository.read([gone.key], signal),
      write: (signal) =>
        repository.write([{ record: makeRecord(context), expected: null }], signal),
    }
    const gone = makeRecord(context)
    const others = makeRecords(context, 4)
    await insertAll(repository, [gone, ...others])
    for (const [name, call] of Object.entries(calls)) {
      await proxy.set({ type: 'late-reply', ms: LATE })
      const begun = performance.now()
      await assert.rejects(call(AbortSignal.timeout(SHORT)), `${name} after its deadline`)
      await proxy.heal()
      let answers = 0
      const late = deadline()
      while (performance.now() < begun + 2 * LATE || (answers === 0 && !late.aborted)) {
        answers += await askOthers(context, repository, others, `a ${name} was aborted`)
      }
      assert.ok(answers > 0, `${name}: no call is answered any more`)
    }
  },
}

/** ms, and many times what it takes to connect again. */
const NOTICED_WITHIN = 5_000
/** The call is aborted after the first delay, and its reply comes after the second. ms */
const [SHORT, LATE] = [200, 400]
const REJECTED = 'rejected'
/** Of one write: reads, statements of a transaction, and its end. */
const MOST_REPLIES = 10

async function orRejected<T>(call: Promise<T>): Promise<T | typeof REJECTED> {
  return call.catch(() => REJECTED)
}

/**
 * @returns how many answers came, all of them correct: the adapter may be short of connections for a
 * while
 */
async function askOthers(
  context: CaseContext,
  repository: TokenRepository,
  others: readonly StoredRecord[],
  when: string,
): Promise<number> {
  const record = context.random.pick(others)
  const missing = makeRecord(context)
  const wanted = [record.key, missing.key]
  const found = await orRejected(repository.read(wanted, deadline()))
  if (found !== REJECTED) {
    const etags = found.map((one) => one?.etag ?? null)
    assert.deepEqual(etags, [record.etag, null], `${when}: a read was answered by another's reply`)
  }
  const stored = await orRejected(writeOne(repository, changed(context, record), missing.etag))
  assert.notEqual(stored, true, `${when}: a write was answered by another's reply`)
  return Number(found !== REJECTED) + Number(stored !== REJECTED)
}

export const cases: readonly Case[] = [lostReplies, lateReplies]
