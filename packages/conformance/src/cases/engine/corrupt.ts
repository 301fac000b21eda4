import assert from 'node:assert/strict'
import type { Login, Tokenward } from '@tokenward/core'
import type { StoredRecord } from '@tokenward/core/adapter'
import type { CaseContext } from '../../harness/case-context.ts'
import { chain } from '../../interceptors/intercept.ts'
import { type CallRecorder, recordCalls } from '../../interceptors/record-calls.ts'
import {
  type UndecodableRecords,
  undecodableRecords,
} from '../../interceptors/undecodable-records.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertLoginActive, assertLoginRefused, assertRefused, REFRESH } from './assertions.ts'

const CLIENT = { client: 'web' } as const

/** Kinds of records that are read together with others. */
const KINDS = ['token', 'session', 'cutoff'] as const
type Kind = (typeof KINDS)[number]

const corruptInBatch: Case = {
  name: 'corrupt-in-batch',
  level: 'engine',
  catches:
    'a corrupt record refuses one token: other records of the batch are used, and a revocation replaces it',
  requires: always,
  async run(context) {
    const damage = undecodableRecords()
    for (const kind of KINDS) {
      await answersTheOthers(context, kind, damage)
      await isReplaced(context, kind, damage)
    }
  },
}

/** One of three logins has a record that cannot be decoded; all are verified in one turn. */
async function answersTheOthers(
  context: CaseContext,
  kind: Kind,
  damage: UndecodableRecords,
): Promise<void> {
  const sent = recordCalls()
  const writer = await context.instance({ wrap: sent.wrap })
  const [ada, bob, eve] = [
    await logInWithRecord(writer, sent, 'ada', kind),
    await logInWithRecord(writer, sent, 'bob', kind),
    await logInWithRecord(writer, sent, 'eve', kind),
  ]
  damage.corrupt(ada.record)
  for (const onUnavailable of ['refuse', 'accept'] as const) {
    const what = `a corrupt ${kind}, onUnavailable: ${onUnavailable}`
    const asked = recordCalls()
    const wrap = chain(asked.wrap, damage.wrap)
    const instance = await context.instance({ wrap, onUnavailable })
    // Signatures are cached from here on, so that all verifications read in one turn.
    for (const { login } of [bob, eve]) await assertLoginActive(instance, login, what)
    asked.clear()
    await Promise.all([
      assertRefused(instance, tokenOf(ada.login, kind), what, 'corrupt', wantOf(kind)),
      ...[bob, eve].map(({ login }) => assertLoginActive(instance, login, `${what}, beside it`)),
    ])
    assert.ok(asked.reads.length < 5, `${what}: all in few batches`)
  }
}

async function isReplaced(
  context: CaseContext,
  kind: Kind,
  damage: UndecodableRecords,
): Promise<void> {
  const sent = recordCalls()
  const writer = await context.instance({ wrap: sent.wrap })
  const instance = await context.instance({ wrap: damage.wrap })
  const { login, record } = await logInWithRecord(writer, sent, 'joe', kind)
  const other = await writer.issue({ subject: 'sue', ...CLIENT })
  damage.corrupt(record)
  const what = `a corrupt ${kind} that was revoked`
  const note = { reason: 'cannot be decoded' }
  if (kind === 'token') await instance.revoke(login.accessToken, note)
  if (kind === 'session') await instance.revoke({ session: login.session }, note)
  if (kind === 'cutoff') await instance.revoke({ subject: 'joe' }, note)
  const result = await assertRefused(instance, tokenOf(login, kind), what, 'revoked', wantOf(kind))
  assert.deepEqual({ ...result.note }, note, what)
  if (kind !== 'token') await assertLoginRefused(instance, login, what)
  await assertLoginActive(
    instance,
    await instance.issue({ subject: 'joe', ...CLIENT }),
    `after ${what}`,
  )
  await assertLoginActive(instance, other, `beside ${what}`)
}

interface LoginWithRecord {
  readonly login: Login
  readonly record: StoredRecord
}

/** An active login, with a record of that kind that is read by every verification. */
async function logInWithRecord(
  instance: Tokenward,
  sent: CallRecorder,
  subject: string,
  kind: Kind,
): Promise<LoginWithRecord> {
  sent.clear()
  // A cutoff exists only after a revocation.
  if (kind === 'cutoff') await instance.revoke({ subject })
  const cutoff = sent.writes.flat().at(-1)?.record
  const login = await instance.issue({ subject, ...CLIENT })
  const written = sent.writes.flat().findLast(({ record }) => record.kind === kind)
  const record = kind === 'cutoff' ? cutoff : written?.record
  assert.ok(record, `a ${kind} was written`)
  return { login, record: latest(sent, record) }
}

/** The stored version: an evicting store extends a cutoff when a login needs it. */
function latest(sent: CallRecorder, { key }: StoredRecord): StoredRecord {
  const versions = sent.writes.flat().filter(({ record }) => record.key === key)
  return (versions.at(-1) as (typeof versions)[number]).record
}

function tokenOf({ accessToken, refreshToken }: Login, kind: Kind): string {
  return kind === 'session' ? refreshToken : accessToken
}

function wantOf(kind: Kind): typeof REFRESH | undefined {
  return kind === 'session' ? REFRESH : undefined
}

export const cases: readonly Case[] = [corruptInBatch]
