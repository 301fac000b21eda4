import assert from 'node:assert/strict'
import type { Capabilities, Finding } from '@tokenward/core'
import type { Bench, Overrides } from '../../harness/case-context.ts'
import { replace, type Through } from '../../interceptors/intercept.ts'
import type { Case } from '../../suite/case.ts'
import { all, always, claims, handle } from '../../suite/requirements.ts'
import { assertActive, assertThrows } from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web' } as const

const capabilitiesHonest: Case = {
  row: 42,
  name: 'capabilities-honest',
  level: 'engine',
  guards: 'what is claimed works; what is not claimed throws, and no policy is built on it',
  gate: always,
  async run(bench) {
    const { capabilities } = bench.stage
    const instance = await bench.instance()
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
    assert.deepEqual({ ...health.capabilities }, { ...capabilities }, 'health tells what is left')
    await unclaimed(bench)
    await policiesRefused(bench)
  },
}

/** The same backend, claiming less. */
async function unclaimed(bench: Bench): Promise<void> {
  const without = { list: undefined, prune: undefined, watch: undefined }
  const instance = await bench.instance({
    through: (inner) => {
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

/** What needs a durable store is refused on one that is not, whether claimed so or found out. */
async function policiesRefused(bench: Bench): Promise<void> {
  const { provider } = bench.stage
  const wishes: Overrides[] = [{ policy: 'denylist' }, { trust: [provider.trusted] }]
  for (const durability of ['evicting', 'reverting'] as const) {
    for (const through of [claiming(durability), finding(durability)]) {
      for (const wish of wishes) {
        const made = bench.stage.engine.createTokenward(bench.options({ ...wish, through }))
        const what = `${Object.keys(wish)} on a ${durability} store`
        await assertThrows(made, 'TOKENWARD_POLICY_REFUSED', what)
      }
    }
  }
  for (const through of [claiming('evicting'), finding('evicting')]) {
    await registryAlone(bench, through)
  }
  for (const through of [claiming('reverting'), finding('reverting')]) {
    const made = bench.stage.engine.createTokenward(bench.options({ through }))
    await assertThrows(made, 'TOKENWARD_POLICY_REFUSED', 'anything on a reverting store')
  }
}

/** Own tokens are good on a store that forgets; what would need its memory says what to use. */
async function registryAlone(bench: Bench, through: Through): Promise<void> {
  const instance = await bench.instance({ namespace: `${bench.namespace} evicting`, through })
  const { accessToken } = await instance.issue(GRANT)
  await assertActive(instance, accessToken, 'on an evicting store')
  const { capabilities } = await instance.health()
  assert.equal(capabilities.durability, 'evicting')
  const refused = {
    save: () => instance.save(accessToken),
    list: () => instance.list({ subject: 'ada' }),
    prune: () => instance.prune(),
    'revoke of a record': () => instance.revoke({ record: '0'.repeat(64) }),
  }
  for (const [name, call] of Object.entries(refused)) {
    await assertThrows(call, 'TOKENWARD_UNSUPPORTED_OPERATION', `${name} on an evicting store`)
  }
}

function claiming(durability: Capabilities['durability']): Through {
  return (inner) =>
    replace(inner, {
      capabilities: { ...inner.capabilities, durability },
      open: () => inner.open(),
    })
}

const EVIDENCE = 'maxmemory-policy=allkeys-lru'

function finding(durability: Capabilities['durability']): Through {
  const found: Finding = {
    code: 'eviction-enabled',
    message: EVIDENCE,
    fix: 'noeviction',
    downgrades: { durability },
  }
  return (inner) => replace(inner, { open: async () => [...(await inner.open()), found] })
}

const unsafeConfig: Case = {
  row: 16,
  name: 'unsafe-config',
  level: 'engine',
  guards: 'open finds the live settings that break a claim, and no instance is built on the claim',
  gate: all(claims('readsSettings'), handle('unsafe')),
  async run(bench) {
    for (const { name, url, finding: code } of bench.stage.server.unsafe ?? []) {
      const repository = bench.stage.connect(url, bench.namespace)
      const options = { ...bench.options({ policy: 'denylist' }), repository }
      const made = bench.stage.engine.createTokenward(options)
      try {
        const error = await assertThrows(made, 'TOKENWARD_POLICY_REFUSED', `${name} is not refused`)
        assert.match(error.message, new RegExp(code), `${name}: the finding is told`)
      } finally {
        await repository.close()
      }
    }
  },
}

const findingTold: Case = {
  name: 'finding-told',
  level: 'engine',
  guards: 'a refusal carries the evidence and what to do about it',
  gate: always,
  async run(bench) {
    const through = finding('evicting')
    const made = bench.stage.engine.createTokenward(bench.options({ policy: 'denylist', through }))
    const error = await assertThrows(made, 'TOKENWARD_POLICY_REFUSED', 'a denylist')
    assert.match(error.message, /eviction-enabled/)
    assert.ok(error.message.includes(EVIDENCE), 'the evidence')
    assert.match(error.message, /noeviction/, 'the fix')
    const { findings } = error as Error & { findings: readonly Finding[] }
    assert.ok(findings.some(({ code }) => code === 'eviction-enabled'))
  },
}

export const cases: readonly Case[] = [unsafeConfig, findingTold, capabilitiesHonest]
