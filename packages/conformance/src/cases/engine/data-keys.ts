import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import type { TokenRepository } from '@tokenward/core/adapter'
import type { CaseContext } from '../../harness/case-context.ts'
import type { Case } from '../../suite/case.ts'
import { holdsData } from '../../suite/requirements.ts'
import {
  assertNotOpened,
  assertOpened,
  issueSealed,
  replaceText,
  type Sealed,
} from './sealed-records.ts'
import { testKms } from './test-kms.ts'

const LOGINS = 12
const NOTE = { reason: 'lost phone', actor: 'support' }

const dataKeys: Case = {
  name: 'data-keys',
  level: 'engine',
  catches:
    'one key that the KMS has wrapped serves many records; one that it refuses concerns its own record alone',
  requires: holdsData,
  async run(context) {
    const repository = await context.repository()
    await oneKeyForMany(context, repository)
    await oneBadRecord(context, repository)
  },
}

async function oneKeyForMany(context: CaseContext, repository: TokenRepository): Promise<void> {
  const kms = testKms(context)
  const instance = await context.instance({ sealing: kms })
  const logins: Promise<Sealed>[] = []
  for (let i = 0; i < LOGINS; i++)
    logins.push(issueSealed(context, instance, repository, 'session'))
  const all = await Promise.all(logins)
  assert.equal(kms.wraps, 1, `${LOGINS} concurrent logins share one call of the KMS`)
  all.push(await issueSealed(context, instance, repository, 'token'))
  await instance.revoke({ subject: 'noted' }, NOTE)
  assert.equal(kms.wraps, 1, 'one data key serves all records of an hour')
  assert.deepEqual(kms.namespaces, new Set([context.namespace]), 'the context of the key')
  const reader = await context.instance({ sealing: kms })
  const before = kms.unwraps
  await Promise.all(all.map((sealed) => assertOpened(reader, sealed, 'sealed by a KMS')))
  assert.equal(kms.unwraps - before, 1, 'a data key is unwrapped once, and kept')
}

/** One record whose key the KMS refuses does not mean that the KMS is away. */
async function oneBadRecord(context: CaseContext, repository: TokenRepository): Promise<void> {
  const kms = testKms(context)
  const owner = await context.instance({ sealing: kms })
  const instance = await context.instance({ sealing: kms })
  const login = await issueSealed(context, owner, repository, 'session')
  const [first = '', ...others] = login.text.split('.')
  const header = JSON.parse(Buffer.from(first, 'base64url').toString()) as object
  const changed = Buffer.from(JSON.stringify({ ...header, tw_key: 'AAAA' })).toString('base64url')
  await replaceText(context, repository, login.key, [changed, ...others].join('.'))
  await assertNotOpened(instance, login, kms.id, 'a data key that the KMS refuses')
  await instance.revoke({ subject: 'noted later' }, NOTE)
  const { note } = await instance.explain({ subject: 'noted later' })
  assert.deepEqual({ ...note }, NOTE, 'a note after a record that does not open')
  const { session } = await instance.issue({ subject: 'ada', client: 'web' })
  const stored = await instance.data({ session })
  assert.equal(stored.found && stored.subject, 'ada', 'names after a record that does not open')
}

export const cases: readonly Case[] = [dataKeys]
