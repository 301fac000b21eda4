import { describe, expect, test, vi } from 'vitest'
import type { StoredRecord } from '../src/adapter.ts'
import type { Context } from '../src/context.ts'
import {
  collectEvidence,
  decideNow,
  readCutoffs,
  readRoot,
  requireRoot,
} from '../src/decision/collect.ts'
import { recordChecks, resultWithoutCutoff, stateOf } from '../src/decision/record-checks.ts'
import type { TokenFacts } from '../src/decision/types.ts'
import { encodeBody } from '../src/records/make-record.ts'
import type { CutoffScope } from '../src/scopes/scopes.ts'
import {
  evidence,
  ISSUED,
  loaded,
  managed,
  root,
  rules,
  session,
  token,
} from './decision-inputs.ts'
import { recordOf } from './map-repository.ts'

const at = ISSUED + 1000

function contextOf(missingMeansRefused = false) {
  const emit = vi.fn()
  const context = {
    keyDeriver: { root: 'root', pepperCheck: 'c' },
    policy: { ...rules, missingMeansRefused, clock: () => at },
    events: { emit },
  } as unknown as Context
  return { context, emit }
}

function stored(kind: StoredRecord['kind'], body: object, key = 'k'): StoredRecord {
  return recordOf(1, { key, kind, body: encodeBody(body) })
}

const seen = (...records: readonly StoredRecord[]) =>
  new Map(records.map((record) => [record.key, record]))

const rootRecord = stored('root', root, 'root')
const damaged = (format?: number) =>
  stored('root', { ...(format !== undefined && { format }) }, 'root')

describe('the root record', () => {
  test('is required, except on an evicting store', () => {
    const { context } = contextOf()
    expect(() => requireRoot(context, seen())).toThrow(
      expect.objectContaining({
        code: 'TOKENWARD_STORE_UNAVAILABLE',
        cause: expect.objectContaining({ code: 'TOKENWARD_NOT_PREPARED' }),
      }),
    )
    expect(requireRoot(contextOf(true).context, seen())).toBeNull()
    expect(requireRoot(context, seen(rootRecord))).toMatchObject({ body: root })
    expect(readRoot(context, seen())).toBeNull()
    expect(readRoot(context, seen(rootRecord))).toMatchObject({ body: root })
  })

  test('of another format is refused, also where it cannot be decoded', () => {
    const { context } = contextOf()
    const other = expect.objectContaining({ code: 'TOKENWARD_NOT_PREPARED' })
    const later = stored('root', { ...root, format: 9 }, 'root')
    expect(() => requireRoot(context, seen(later))).toThrow(other)
    expect(() => requireRoot(context, seen(damaged(9)))).toThrow(other)
    expect(requireRoot(context, seen(damaged(root.format)))).toBe('corrupt')
    expect(requireRoot(context, seen(damaged()))).toBe('corrupt')
  })

  test('of another pepper is refused', () => {
    const other = stored('root', { ...root, pepperCheck: 'd' }, 'root')
    expect(() => requireRoot(contextOf().context, seen(other))).toThrow(
      expect.objectContaining({ code: 'TOKENWARD_POLICY_REFUSED' }),
    )
  })
})

const subject = stored('cutoff', { epoch: 'e' }, 'cutoff of ada')
const keys = new Map<CutoffScope, string>([
  ['global', 'root'],
  ['subject', subject.key],
  ['client', 'missing'],
])

test('the root record is the cutoff of everything', () => {
  const found = loaded(root)
  expect(readCutoffs(seen(rootRecord, subject), keys, found)).toEqual(
    new Map<CutoffScope, unknown>([
      ['global', found],
      ['subject', { record: subject, body: { epoch: 'e' } }],
      ['client', null],
    ]),
  )
  expect(readCutoffs(seen(), new Map(), found)).toEqual(new Map([['global', found]]))
})

describe('the evidence about a token', () => {
  const tokenRecord = stored('token', { id: 'x' }, 'token')
  const sessionRecord = stored('session', session(1), 'session')
  const all = seen(rootRecord, subject, tokenRecord, sessionRecord)
  const { context } = contextOf()
  const collect = (tokenKey: string | null, sessionKey: string | null, from = all) =>
    collectEvidence(context, from, { cutoffKeys: keys, tokenKey, sessionKey })

  test('has its record and that of its session, where it may have them', () => {
    const both = collect('token', 'session')
    expect(both).toMatchObject({
      root,
      token: { body: { id: 'x' } },
      session: { body: session(1) },
    })
    expect(collect('other', 'other')).toMatchObject({ token: null, session: null })
    const none = collect(null, null)
    expect(none).toMatchObject({ root, token: null })
    expect(none).not.toHaveProperty('session')
  })

  test('is none if the root record is corrupt', () => {
    expect(collect(null, null, seen(damaged()))).toBeNull()
  })

  test('on an evicting store may have no root record', () => {
    const found = collectEvidence(contextOf(true).context, seen(), {
      cutoffKeys: keys,
      tokenKey: null,
      sessionKey: null,
    })
    expect(found).toMatchObject({ root: null, token: null })
  })
})

describe('deciding now', () => {
  test('accepts without an event', () => {
    const { context, emit } = contextOf()
    expect(decideNow(context, managed(), evidence())).toEqual({ active: true })
    const found = evidence({}, { session: loaded(session(2)) })
    expect(decideNow(context, managed({ generation: 2 }), found)).toEqual({ active: true })
    expect(emit).not.toHaveBeenCalled()
  })

  test('refuses everything without evidence, with an event', () => {
    const { context, emit } = contextOf()
    expect(decideNow(context, managed(), null)).toEqual({
      active: false,
      reason: 'corrupt',
      decidedBy: 'global',
    })
    expect(emit.mock.calls).toEqual([['corrupt', { scope: 'global' }]])
  })

  test('reports a corrupt record with its scope, and no other refusal', () => {
    const { context, emit } = contextOf()
    decideNow(context, managed({ expiresAt: 0 }), evidence())
    decideNow(context, managed({ generation: 1 }), evidence({}, { session: loaded(session(2)) }))
    decideNow(
      context,
      managed({ expiresAt: 0, generation: 2 }),
      evidence({}, { session: loaded(session(2)) }),
    )
    expect(emit).not.toHaveBeenCalled()
    decideNow(context, managed(), evidence({ subject: 'corrupt' }))
    expect(emit.mock.calls).toEqual([['corrupt', { scope: 'subject' }]])
  })

  test('reports a generation that its session does not have yet: the store was restored', () => {
    const { context, emit } = contextOf()
    const facts = managed({ kind: 'refresh', requiredRecord: 'session', generation: 3 })
    decideNow(context, facts, evidence({}, { session: loaded(session(2)) }))
    expect(emit.mock.calls).toEqual([
      ['finding', expect.objectContaining({ code: 'rollback-detected' })],
    ])
    decideNow(context, facts, evidence({}, { session: 'corrupt' }))
    expect(emit).toHaveBeenLastCalledWith('corrupt', { scope: 'session' })
  })
})

describe('the checks of the records about a token', () => {
  const checks = (
    facts: TokenFacts,
    found: ReturnType<typeof evidence>,
    decision: Parameters<typeof recordChecks>[4] = { active: true },
    missingMeansRefused = false,
    more: { tokenKey?: string | null; sessionKey?: string | null } = {},
  ) =>
    recordChecks(
      contextOf(missingMeansRefused).context,
      facts,
      { cutoffKeys: keys, tokenKey: 'token', sessionKey: 'session', ...more },
      found,
      decision,
    )
  const ofScope = (list: ReturnType<typeof checks>, scope: string) =>
    list.filter((check) => check.scope === scope)

  test('have one for each record that the token may have', () => {
    const list = checks(managed(), evidence())
    expect(list.map(({ scope, record }) => [scope, record])).toEqual([
      ...keys,
      ['session', 'session'],
      ['token', 'token'],
    ])
    const without = checks(managed(), evidence(), undefined, false, {
      tokenKey: null,
      sessionKey: null,
    })
    expect(without.map(({ scope }) => scope)).toEqual([...keys.keys()])
  })

  test('of a cutoff: revoked with its note, not revoked, corrupt, or not applicable', () => {
    const revoked = { at: 5, reason: 'why' }
    const found = evidence({
      global: 'corrupt',
      subject: loaded({ epoch: 'new', revoked }),
    })
    const decision = { active: false, reason: 'revoked', decidedBy: 'subject' } as const
    const list = checks(managed(), found, decision)
    expect(ofScope(list, 'global')).toEqual([
      { scope: 'global', record: 'root', found: 'corrupt', result: 'corrupt', decisive: false },
    ])
    expect(ofScope(list, 'subject')).toEqual([
      {
        scope: 'subject',
        record: subject.key,
        found: 'active',
        result: 'revoked',
        decisive: true,
        at: 5,
        note: { reason: 'why' },
      },
    ])
    expect(ofScope(list, 'client')).toEqual([
      {
        scope: 'client',
        record: 'missing',
        found: 'none',
        result: 'not-applicable',
        decisive: false,
      },
    ])
    const unchanged = checks(managed(), evidence({ subject: loaded({}) }))
    expect(ofScope(unchanged, 'subject')).toMatchObject([{ result: 'not-revoked' }])
  })

  test('of a cutoff on an evicting store: it needs both epochs', () => {
    const whole = { epoch: 'e', accessEpoch: 'a' }
    const issuedUnder = { epochs: { u: 'e' }, accessEpochs: { u: 'a' } }
    const by = (cutoff: object) =>
      ofScope(
        checks(managed({ issuedUnder }), evidence({ subject: loaded(cutoff) }), undefined, true),
        'subject',
      )
    expect(by(whole)).toMatchObject([{ result: 'not-revoked' }])
    expect(by({ epoch: 'e' })).toMatchObject([{ result: 'not-found' }])
    expect(ofScope(checks(managed(), evidence(), undefined, true), 'client')).toMatchObject([
      { result: 'not-found' },
    ])
    const results = [true, false].map((strict) => resultWithoutCutoff(contextOf(strict).context))
    expect(results).toEqual(['not-found', 'not-applicable'])
  })

  test('of the record that the token needs: not found if it is missing', () => {
    const results = (requiredRecord: TokenFacts['requiredRecord']) => {
      const list = checks(managed({ requiredRecord }), evidence())
      return ['session', 'token'].map((scope) => ofScope(list, scope)[0]?.result)
    }
    expect(results('none')).toEqual(['not-applicable', 'not-applicable'])
    expect(results('token')).toEqual(['not-applicable', 'not-found'])
    expect(results('session')).toEqual(['not-found', 'not-applicable'])
  })

  test('of the records: their states, and the note of the token', () => {
    const found = evidence(
      {},
      {
        token: token('consumed', { consumed: { at: 7, id: 'c' } }),
        session: loaded(session(1)),
      },
    )
    const decision = { active: false, reason: 'consumed', decidedBy: 'token' } as const
    const list = checks(managed(), found, decision)
    expect(list.slice(-2)).toEqual([
      {
        scope: 'session',
        record: 'session',
        found: 'active',
        result: 'not-revoked',
        decisive: false,
      },
      {
        scope: 'token',
        record: 'token',
        found: 'consumed',
        result: 'consumed',
        decisive: true,
        at: 7,
      },
    ])
    const revoked = { at: 9, id: 'r' }
    const both = token('revoked', { consumed: { at: 7, id: 'c' }, revoked })
    const after = checks(managed(), evidence({}, { token: both }))
    expect(ofScope(after, 'token')).toMatchObject([{ result: 'revoked', at: 9 }])
    const corrupt = checks(managed(), evidence({}, { token: 'corrupt' }))
    expect(ofScope(corrupt, 'token')).toMatchObject([{ found: 'corrupt', result: 'corrupt' }])
  })

  test('are decisive once: the cutoff of a session, or its record', () => {
    const decision = { active: false, reason: 'revoked', decidedBy: 'session' } as const
    const withSession = new Map<CutoffScope, string>([...keys, ['session', 'cutoff of session']])
    const of = (found: ReturnType<typeof evidence>, reason: 'revoked' | 'not-found') =>
      recordChecks(
        contextOf().context,
        managed(),
        { cutoffKeys: withSession, tokenKey: null, sessionKey: 'session' },
        found,
        { ...decision, reason },
      )
        .filter(({ decisive }) => decisive)
        .map(({ record }) => record)
    const revoked = evidence({
      session: loaded({ epoch: 'new', revoked: { at: 5 } }),
      subject: loaded({ epoch: 'new' }),
    })
    expect(of(revoked, 'revoked')).toEqual(['cutoff of session'])
    expect(of(evidence({ session: loaded({}) }), 'not-found')).toEqual(['session'])
    expect(of(revoked, 'not-found')).toEqual(['session'])
  })

  test('name what was found', () => {
    const found = [null, 'corrupt' as const, loaded({}), loaded({}, 'revoked')]
    expect(found.map(stateOf)).toEqual(['none', 'corrupt', 'active', 'revoked'])
  })
})
