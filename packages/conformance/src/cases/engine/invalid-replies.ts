import assert from 'node:assert/strict'
import { isTokenwardError } from '@tokenward/core'
import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import { type RepositoryWrapper, replace } from '../../interceptors/intercept.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'

type Answer = readonly (StoredRecord | null)[]

/** Answers of a broken adapter. */
const READS: Record<string, (answer: Answer) => unknown> = {
  'no list': () => undefined,
  'an object': (answer) => ({ ...answer }),
  'too few': (answer) => answer.slice(1),
  'too many': (answer) => [...answer, null],
  reversed: (answer) => answer.toReversed(),
  'tokens exchanged': exchangeTokens,
  'undefined for a missing record': (answer) => answer.map((record) => record ?? undefined),
  'no record for any key': (answer) => answer.map(() => undefined),
  'texts for records': (answer) => answer.map((record) => record && JSON.stringify(record)),
  'records without a key': (answer) => answer.map((record) => record && { ...record, key: '' }),
  'no body': (answer) => answer.map((record) => record && { ...record, body: undefined }),
  'a body that is read already': (answer) =>
    answer.map((record) => record && { ...record, body: JSON.parse(record.body) }),
  'an unknown state': (answer) => answer.map((record) => record && { ...record, state: 'REVOKED' }),
  'no state': (answer) => answer.map((record) => record && { ...record, state: undefined }),
  'no etag': (answer) => answer.map((record) => record && { ...record, etag: undefined }),
  'another record kind': (answer) => answer.map((record) => record && { ...record, kind: 'thing' }),
}

const WRITES: Record<string, unknown> = {
  'no list': undefined,
  'an empty list': [],
  'no booleans': ['OK'],
  'a count': [1],
  'too many': [true, true],
}

const invalidReplies: Case = {
  name: 'invalid-replies',
  level: 'engine',
  catches: "an adapter's answer is validated before it is used",
  requires: always,
  async run(context) {
    const good = await context.instance()
    let garble: ((answer: Answer) => unknown) | null = null
    const instance = await context.instance({
      onUnavailable: 'accept',
      wrap: (inner) => replace(inner, { read: invalidRead(inner, () => garble) }),
    })
    for (const [what, wrong] of Object.entries(READS)) {
      const used = await good.issue({ subject: 'ada', client: 'web' })
      const live = await good.issue({ subject: 'ada', client: 'web' })
      await good.consume(used.accessToken)
      const tokens = [used.accessToken, live.accessToken]
      const verifyBoth = () =>
        Promise.all(tokens.map((token) => instance.verify(token).catch(ours)))
      // Once before, so that signatures are cached and both calls share one batch.
      await verifyBoth()
      garble = wrong
      const [result] = await verifyBoth()
      assert.equal(result?.active, false, `${what}: accepted a consumed token`)
      const again = await instance.consume(used.accessToken).catch(ours)
      assert.equal(again.active, false, `${what}: consumed again`)
      garble = null
    }
    for (const [what, answer] of Object.entries(WRITES)) {
      const write = async () => answer as boolean[]
      const wrap: RepositoryWrapper = (inner) => replace(inner, { write })
      const deadline = await context.shortDeadline(300)
      const broken = await context.instance({ deadline: `${deadline}ms`, wrap })
      const login = await good.issue({ subject: 'ada', client: 'web' })
      const consumed = await broken.consume(login.accessToken).catch(ours)
      assert.equal(consumed.active, false, `${what}: a consume without confirmation won`)
      const revoked = await broken.revoke({ subject: 'ada' }).catch(ours)
      assert.equal('revoked' in revoked, false, `${what}: a revocation without confirmation`)
    }
  },
}

/** Every record is well-formed, but returned for the key of another. */
function exchangeTokens(answer: Answer): Answer {
  const tokens = answer.filter((record) => record?.kind === 'token')
  return answer.map((record) => (record?.kind === 'token' ? (tokens.pop() ?? null) : record))
}

function invalidRead(
  inner: TokenRepository,
  current: () => ((answer: Answer) => unknown) | null,
): TokenRepository['read'] {
  return async (keys, signal) => {
    const answer = await inner.read(keys, signal)
    const garble = current()
    return garble ? (garble(answer) as Answer) : answer
  }
}

/** A TokenwardError is correct too: nothing was accepted. */
function ours(error: unknown): { active: false } {
  if (!isTokenwardError(error)) throw error
  return { active: false }
}

export const cases: readonly Case[] = [invalidReplies]
