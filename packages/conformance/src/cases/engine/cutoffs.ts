import assert from 'node:assert/strict'
import type { Inactive, Login, Target, Tokenward } from '@tokenward/core'
import { type Bench, ISSUER } from '../../harness/case-context.ts'
import { MINUTE } from '../../harness/clock.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertAlive, assertDead, assertRefused } from './assertions.ts'

const OTHER_ISSUER = 'https://other.example'

interface Member {
  readonly login: Login
  readonly subject: string
  readonly client: string
  readonly issuer: string
}

interface ScopeRow {
  target(one: Member): Target
  covers(one: Member, other: Member): boolean
  readonly scope: NonNullable<Inactive['decidedBy']>
}

const SCOPES: readonly ScopeRow[] = [
  {
    scope: 'session',
    target: ({ login, issuer }) => ({ issuer, session: login.session }),
    covers: (a, b) => a.login.session === b.login.session,
  },
  {
    scope: 'subject+client',
    target: ({ issuer, subject, client }) => ({ issuer, subject, client }),
    covers: (a, b) => sameIssuer(a, b) && a.subject === b.subject && a.client === b.client,
  },
  {
    scope: 'subject',
    target: ({ issuer, subject }) => ({ issuer, subject }),
    covers: (a, b) => sameIssuer(a, b) && a.subject === b.subject,
  },
  {
    scope: 'client',
    target: ({ issuer, client }) => ({ issuer, client }),
    covers: (a, b) => sameIssuer(a, b) && a.client === b.client,
  },
  { scope: 'issuer', target: ({ issuer }) => ({ issuer }), covers: sameIssuer },
  { scope: 'global', target: () => ({ everything: true }), covers: () => true },
]

function sameIssuer(a: Member, b: Member): boolean {
  return a.issuer === b.issuer
}

const cutoffScopes: Case = {
  row: 44,
  name: 'cutoff-scopes',
  level: 'engine',
  guards: 'a verification asks every scope; each takes what it names and nothing else',
  gate: always,
  async run(bench) {
    const instances = new Map<string, Tokenward>()
    for (const issuer of [ISSUER, OTHER_ISSUER])
      instances.set(issuer, await bench.instance({ issuer }))
    for (const scope of SCOPES) await oneScope(instances, scope)
    for (const older of SCOPES) {
      for (const newer of SCOPES) await twoScopes(bench, instances, older, newer)
    }
  },
}

async function oneScope(instances: ReadonlyMap<string, Tokenward>, scope: ScopeRow): Promise<void> {
  const members: Member[] = []
  for (const [issuer, instance] of instances) {
    for (const subject of ['ada', 'bob']) {
      for (const client of ['web', 'app']) {
        // Twice: the second login of the same user must not hide behind the first.
        members.push({ issuer, subject, client, login: await instance.issue({ subject, client }) })
        members.push({ issuer, subject, client, login: await instance.issue({ subject, client }) })
      }
    }
  }
  const chosen = members[0] as Member
  await instanceOf(instances, chosen).revoke(scope.target(chosen))
  for (const member of members) {
    const instance = instanceOf(instances, member)
    const what = `${scope.scope}: ${member.subject} at ${member.client} of ${member.issuer}`
    if (!scope.covers(chosen, member)) await assertAlive(instance, member.login, what)
    else {
      const refused = await assertRefused(instance, member.login.accessToken, what, 'revoked')
      assert.equal(refused.decidedBy, scope.scope, what)
      await assertDead(instance, member.login, what)
    }
  }
}

/** An older wide cutoff must not mask a newer narrow one, nor the other way round. */
async function twoScopes(
  bench: Bench,
  instances: ReadonlyMap<string, Tokenward>,
  older: ScopeRow,
  newer: ScopeRow,
): Promise<void> {
  const instance = instances.get(ISSUER) as Tokenward
  const grant = { subject: 'ada', client: 'web' }
  const member = async () => ({ ...grant, issuer: ISSUER, login: await instance.issue(grant) })
  const first = await member()
  await instance.revoke(older.target(first))
  bench.clock.advance(MINUTE)
  const second = await member()
  await instance.revoke(newer.target(second))
  const what = `${older.scope}, then ${newer.scope}`
  await assertDead(instance, first.login, `${what}: the first`)
  await assertDead(instance, second.login, `${what}: the second`)
  await assertAlive(instance, (await member()).login, `${what}: a new one`)
}

function instanceOf(instances: ReadonlyMap<string, Tokenward>, { issuer }: Member): Tokenward {
  return instances.get(issuer) as Tokenward
}

export const cases: readonly Case[] = [cutoffScopes]
