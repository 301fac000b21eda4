import assert from 'node:assert/strict'
import type { Capabilities, Finding } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import type { InstanceOverrides } from '../../harness/instance-options.ts'
import { type RepositoryWrapper, replace } from '../../interceptors/intercept.ts'
import type { Case } from '../../suite/case.ts'
import { all, always, claims, handle, withoutLease } from '../../suite/requirements.ts'
import { assertActive, assertThrows } from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web' } as const

const capabilitiesHonest: Case = {
  planRow: 42,
  name: 'capabilities-honest',
  level: 'engine',
  catches: 'what is claimed works; what is not claimed throws, and no policy relies on it',
  requires: withoutLease,
  async run(context) {
    const { capabilities } = context.environment
    const instance = await context.instance()
    await instance.issue(GRANT)
    const operations = {
      listing: () => instance.list({ subject: 'ada' }),
      pruning: () => instance.prune({ dryRun: true }),
    }
    for (const [name, call] of Object.entries(operations)) {
      if (capabilities[name as keyof Capabilities]) {
        await assert.doesNotReject(call, `${name} is claimed`)
      } else await assertThrows(call, 'TOKENWARD_UNSUPPORTED_OPERATION', name)
    }
    const health = await instance.health()
    assert.equal(health.ok, true)
    assert.deepEqual(
      { ...health.capabilities },
      { ...capabilities },
      'health reports the remaining capabilities',
    )
    await unclaimed(context)
    await policiesRefused(context)
    await olderReadsRefused(context)
  },
}

/** The same backend with fewer claims. */
async function unclaimed(context: CaseContext): Promise<void> {
  const without = { list: undefined, prune: undefined, watch: undefined }
  const instance = await context.instance({
    wrap: (inner) => {
      const capabilities = {
        ...inner.capabilities,
        listing: false,
        pruning: false,
        notifications: false,
      }
      return replace(inner, { ...without, capabilities })
    },
  })
  const { accessToken } = await instance.issue(GRANT)
  await assertActive(instance, accessToken, 'without listing and pruning')
  for (const call of [() => instance.list({ subject: 'ada' }), () => instance.prune()]) {
    await assertThrows(call, 'TOKENWARD_UNSUPPORTED_OPERATION', 'not claimed')
  }
}

/** Policies that need a durable store are refused on another one, whether it is claimed or found out. */
async function policiesRefused(context: CaseContext): Promise<void> {
  const { provider } = context.environment
  const wishes: InstanceOverrides[] = [{ policy: 'denylist' }, { trust: [provider.trusted] }]
  for (const durability of ['evicting', 'reverting'] as const) {
    for (const wrap of [claiming({ durability }), finding({ durability })]) {
      for (const wish of wishes) {
        const made = context.environment.engine.createTokenward(context.options({ ...wish, wrap }))
        const what = `${Object.keys(wish)} on a ${durability} store`
        await assertThrows(made, 'TOKENWARD_POLICY_REFUSED', what)
      }
    }
  }
  const [evicting, reverting] = [{ durability: 'evicting' }, { durability: 'reverting' }] as const
  for (const wrap of [claiming(evicting), finding(evicting)]) {
    await allowlistOnly(context, wrap)
  }
  for (const wrap of [claiming(reverting), finding(reverting)]) {
    const made = context.environment.engine.createTokenward(context.options({ wrap }))
    await assertThrows(made, 'TOKENWARD_POLICY_REFUSED', 'anything on a reverting store')
  }
}

/** Where reads may be older than an acknowledged revocation, no policy is safe. */
async function olderReadsRefused(context: CaseContext): Promise<void> {
  for (const wrap of [claiming({ linearizable: false }), finding({ linearizable: false })]) {
    const made = context.environment.engine.createTokenward(context.options({ wrap }))
    await assertThrows(made, 'TOKENWARD_POLICY_REFUSED', 'a store with older reads')
  }
}

/** An evicting store supports issued tokens only; unsupported calls say what to use instead. */
async function allowlistOnly(context: CaseContext, wrap: RepositoryWrapper): Promise<void> {
  const instance = await context.instance({ namespace: `${context.namespace} evicting`, wrap })
  const { accessToken } = await instance.issue(GRANT)
  await assertActive(instance, accessToken, 'on an evicting store')
  const { capabilities } = await instance.health()
  assert.equal(capabilities.durability, 'evicting')
  const refused = {
    save: () => instance.save(accessToken),
    list: () => instance.list({ subject: 'ada' }),
    prune: () => instance.prune(),
    'revoke of a record': () => instance.revoke({ record: '0'.repeat(24) }),
  }
  for (const [name, call] of Object.entries(refused)) {
    await assertThrows(call, 'TOKENWARD_UNSUPPORTED_OPERATION', `${name} on an evicting store`)
  }
}

function claiming(claims: Partial<Capabilities>): RepositoryWrapper {
  return (inner) =>
    replace(inner, {
      capabilities: { ...inner.capabilities, ...claims },
      open: () => inner.open(),
    })
}

const EVIDENCE = 'maxmemory-policy=allkeys-lru'

function finding(downgrades: Partial<Capabilities>): RepositoryWrapper {
  const found: Finding = {
    code: 'eviction-enabled',
    message: EVIDENCE,
    fix: 'noeviction',
    downgrades,
  }
  return (inner) => replace(inner, { open: async () => [...(await inner.open()), found] })
}

const unsafeConfig: Case = {
  planRow: 16,
  name: 'unsafe-config',
  level: 'engine',
  catches: 'open finds live settings that break a claim, and no instance relies on that claim',
  requires: all(claims('readsSettings'), handle('unsafe')),
  async run(context) {
    for (const { name, url, finding: code } of context.environment.server.unsafe ?? []) {
      await assertRefusedOn(context, url, code, `${name} is not refused`)
      await assertRefusedOn(context, url, code, `${name} is not refused to a second instance`)
    }
  },
}

async function assertRefusedOn(
  context: CaseContext,
  url: string,
  finding: string,
  what: string,
): Promise<void> {
  const repository = context.environment.connect(url, context.namespace)
  const options = { ...context.options({ policy: 'denylist' }), repository }
  const made = context.environment.engine.createTokenward(options)
  try {
    const error = await assertThrows(made, 'TOKENWARD_POLICY_REFUSED', what)
    assert.match(error.message, new RegExp(finding), `${what}: the finding is not reported`)
  } finally {
    await repository.close()
  }
}

const findingsReported: Case = {
  name: 'findings-reported',
  level: 'engine',
  catches: 'a refusal carries the evidence and the fix',
  requires: always,
  async run(context) {
    const wrap = finding({ durability: 'evicting' })
    const made = context.environment.engine.createTokenward(
      context.options({ policy: 'denylist', wrap }),
    )
    const error = await assertThrows(made, 'TOKENWARD_POLICY_REFUSED', 'a denylist')
    assert.match(error.message, /eviction-enabled/)
    assert.ok(error.message.includes(EVIDENCE), 'the evidence')
    assert.match(error.message, /noeviction/, 'the fix')
    const { findings } = error as Error & { findings: readonly Finding[] }
    assert.ok(findings.some(({ code }) => code === 'eviction-enabled'))
  },
}

export const cases: readonly Case[] = [unsafeConfig, findingsReported, capabilitiesHonest]
