import assert from 'node:assert/strict'
import type { Inactive, Login, Target, Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { MINUTE } from '../../harness/clock.ts'
import { ISSUER } from '../../harness/instance-options.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertLoginActive, assertLoginRefused, assertRefused } from './assertions.ts'

const OTHER_ISSUER = 'https://other.example'

interface ServerMember {
  readonly login: Login
  readonly subject: string
  readonly client: string
  readonly issuer: string
}

interface ScopeRow {
  target(one: ServerMember): Target
  covers(one: ServerMember, other: ServerMember): boolean
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

function sameIssuer(a: ServerMember, b: ServerMember): boolean {
  return a.issuer === b.issuer
}

const cutoffScopes: Case = {
  planRow: 44,
  name: 'cutoff-scopes',
  level: 'engine',
  catches: 'a verification reads every scope; a revocation affects its scope and nothing else',
  requires: always,
  async run(context) {
    const instances = new Map<string, Tokenward>()
    for (const issuer of [ISSUER, OTHER_ISSUER])
      instances.set(issuer, await context.instance({ issuer }))
    for (const scope of SCOPES) await oneScope(instances, scope)
    for (const older of SCOPES) {
      for (const newer of SCOPES) await twoScopes(context, instances, older, newer)
    }
  },
}

async function oneScope(instances: ReadonlyMap<string, Tokenward>, scope: ScopeRow): Promise<void> {
  const members: ServerMember[] = []
  for (const [issuer, instance] of instances) {
    for (const subject of ['ada', 'bob']) {
      for (const client of ['web', 'app']) {
        // Twice: the second login of the same user must be affected too.
        members.push({ issuer, subject, client, login: await instance.issue({ subject, client }) })
        members.push({ issuer, subject, client, login: await instance.issue({ subject, client }) })
      }
    }
  }
  const chosen = members[0] as ServerMember
  await instanceOf(instances, chosen).revoke(scope.target(chosen))
  for (const member of members) {
    const instance = instanceOf(instances, member)
    const what = `${scope.scope}: ${member.subject} at ${member.client} of ${member.issuer}`
    if (!scope.covers(chosen, member)) await assertLoginActive(instance, member.login, what)
    else {
      const refused = await assertRefused(instance, member.login.accessToken, what, 'revoked')
      assert.equal(refused.decidedBy, scope.scope, what)
      await assertLoginRefused(instance, member.login, what)
    }
  }
}

/** An older wide cutoff must not hide a newer narrow one, nor the other way round. */
async function twoScopes(
  context: CaseContext,
  instances: ReadonlyMap<string, Tokenward>,
  older: ScopeRow,
  newer: ScopeRow,
): Promise<void> {
  const instance = instances.get(ISSUER) as Tokenward
  const grant = { subject: 'ada', client: 'web' }
  const member = async () => ({ ...grant, issuer: ISSUER, login: await instance.issue(grant) })
  const first = await member()
  await instance.revoke(older.target(first))
  context.clock.advance(MINUTE)
  const second = await member()
  await instance.revoke(newer.target(second))
  const what = `${older.scope}, then ${newer.scope}`
  await assertLoginRefused(instance, first.login, `${what}: the first`)
  await assertLoginRefused(instance, second.login, `${what}: the second`)
  await assertLoginActive(instance, (await member()).login, `${what}: a new one`)
}

function instanceOf(
  instances: ReadonlyMap<string, Tokenward>,
  { issuer }: ServerMember,
): Tokenward {
  return instances.get(issuer) as Tokenward
}

export const cases: readonly Case[] = [cutoffScopes]
