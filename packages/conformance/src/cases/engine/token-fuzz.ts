import assert from 'node:assert/strict'
import { generateKeys, isTokenwardError, type Tokenward, type Want } from '@tokenward/core'
import * as fc from 'fast-check'
import { type Bench, ISSUER } from '../../bench/bench.ts'
import { SECOND } from '../../bench/clock.ts'
import type { Provider } from '../../bench/provider.ts'
import { type SigningKey, signText } from '../../bench/tokens.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/gates.ts'
import { type Recorder, recorder } from '../../tamper/recorder.ts'
import {
  changed,
  encodePart,
  type Fuzzed,
  fuzzedTokens,
  knownTokens,
  type Usual,
} from './fuzzed-tokens.ts'

const tokenFuzz: Case = {
  name: 'token-fuzz',
  level: 'engine',
  guards: 'no token makes a call throw, and what nobody trusted has signed never reaches the store',
  gate: always,
  rounds: { some: 500, full: 100_000 },
  async run(bench) {
    const trial = await Trial.start(bench)
    const usual = usualOf(bench)
    const property = fc.asyncProperty(
      fuzzedTokens(usual),
      fc.option(wants, { nil: undefined }),
      (fuzzed, want) => trial.present(fuzzed, want),
    )
    const { seed } = bench.random
    const examples = knownTokens(usual).map((token): [Fuzzed, undefined] => [token, undefined])
    // A failure is told at once: what is smaller is found by the seed, which is told with it.
    await fc.assert(property, {
      ...{ seed, endOnFailure: true, numRuns: bench.rounds + examples.length },
      examples,
    })
    bench.note(
      `${trial.genuine} of ${bench.rounds + examples.length} tokens were signed by a trusted key`,
    )
    assert.equal(Reflect.get({}, 'polluted'), undefined, 'a token has changed all objects')
  },
}

export const cases: readonly Case[] = [tokenFuzz]

/** What callers ask for, right and wrong: arguments may be refused, and nothing else may happen. */
const wants = fc.oneof(
  fc.record({ scope: fc.constantFrom('read', 'read write') }),
  fc.record({ audience: fc.constantFrom(ISSUER, 'https://other.example') }),
  fc.record({ kind: fc.constantFrom('access', 'refresh') }),
  fc.record({ audience: fc.constantFrom('', [], {}, 1), scope: fc.constantFrom(null, '  ', {}) }),
  fc.object({ maxDepth: 1 }),
) as fc.Arbitrary<Want>

function usualOf({ stage, clock }: Bench): Usual {
  const now = Math.floor(clock() / SECOND)
  const tw = { t: clock(), l: clock(), n: 1, e: {}, a: {} }
  const payload = {
    ...{ iss: ISSUER, aud: ISSUER, sub: 'ada', client_id: 'web', jti: 'a', sid: 'login', tw },
    ...{ iat: now - 60, exp: now + 600, scope: 'read' },
  }
  const header = { alg: 'ES256', typ: 'at+jwt', kid: stage.keys[0].kid }
  const texts = (members: object) =>
    Object.fromEntries(
      Object.entries(members).map(([name, value]) => [name, JSON.stringify(value)]),
    )
  return { header: texts(header), payload: texts(payload) }
}

/** An instance that is shown tokens, and what is sent to its store meanwhile. */
class Trial {
  readonly #ward: Tokenward
  readonly #sent: Recorder
  readonly #provider: Provider
  readonly #keys: Readonly<Record<'own' | 'trusted' | 'stranger', SigningKey>>
  genuine = 0

  private constructor(
    ward: Tokenward,
    sent: Recorder,
    provider: Provider,
    keys: Readonly<Record<'own' | 'trusted' | 'stranger', SigningKey>>,
  ) {
    this.#ward = ward
    this.#sent = sent
    this.#provider = provider
    this.#keys = keys
  }

  static async start(bench: Bench): Promise<Trial> {
    const { stage } = bench
    const { provider } = stage
    const sent = recorder()
    const durable = stage.capabilities.retention === 'durable'
    const trust = durable ? [provider.trusted] : []
    const ward = await bench.ward({ through: sent.through, trust })
    const [stranger] = await generateKeys()
    const keys = { own: stage.keys[0], trusted: provider.key, stranger }
    return new Trial(ward, sent, provider, keys)
  }

  async present(fuzzed: Fuzzed, want: Want | undefined): Promise<void> {
    const { token, genuine } = await this.#sign(fuzzed)
    if (genuine) this.genuine++
    this.#sent.clear()
    for (const [name, call] of Object.entries(callsOf(this.#ward, token, want))) {
      const what = `${name}: ${genuine ? '' : 'a forgery '}`
      const answer = await call().catch((error: unknown) => {
        if (isTokenwardError(error)) return null
        throw new Error(`${what}makes it throw ${String(error)}`, { cause: error })
      })
      if (genuine) continue
      assert.ok(answer === null || isRefusal(answer), `${what}is taken`)
      assert.equal(this.#sent.calls(), 0, `${what}reaches the store`)
    }
  }

  async #sign({ header, payload, hand, change }: Fuzzed) {
    const named = hand === 'trusted' ? this.#asTrusted(header, payload) : { header, payload }
    const input = `${encodePart(named.header)}.${encodePart(named.payload)}`
    const signature = hand === 'nobody' ? 'AAAA' : await signText(this.#keys[hand], input)
    const signed = `${input}.${signature}`
    const token = changed(signed, change)
    // A change of the signature alone may leave it what it was.
    const whole = token.startsWith(`${input}.`)
    return { token, genuine: whole && this.#trusts(hand, named.payload) }
  }

  /** The same token by the other issuer. */
  #asTrusted(header: string, payload: string): Pick<Fuzzed, 'header' | 'payload'> {
    const { issuer, key } = this.#provider
    const kid = JSON.stringify(this.#keys.own.kid)
    return {
      header: header.replace(kid, JSON.stringify(key.kid)),
      payload: payload.replace(`"iss":"${ISSUER}"`, `"iss":"${issuer}"`),
    }
  }

  #trusts(hand: Fuzzed['hand'], payload: string): boolean {
    try {
      const { iss } = JSON.parse(payload) as { iss?: unknown }
      return { own: ISSUER, trusted: this.#provider.issuer }[hand as 'own'] === iss
    } catch {
      return false
    }
  }
}

function callsOf(ward: Tokenward, token: string, want: Want | undefined) {
  return {
    verify: () => ward.verify(token, want),
    consume: () => ward.consume(token, want),
    rotate: () => ward.rotate(token),
    save: () => ward.save(token),
    explain: () => ward.explain(token, want),
    // Last: what was genuine is none of the others' any more.
    revoke: () => ward.revoke(token),
  } satisfies Record<string, () => Promise<object>>
}

function isRefusal(answer: object): boolean {
  return ['active', 'saved', 'revoked'].some((member) => Reflect.get(answer, member) === false)
}
