import assert from 'node:assert/strict'
import { generateKeys, isTokenwardError, type Tokenward, type VerifyOptions } from '@tokenward/core'
import * as fc from 'fast-check'
import type { CaseContext } from '../../harness/case-context.ts'
import { SECOND } from '../../harness/clock.ts'
import { type SigningKey, signText } from '../../harness/handmade-tokens.ts'
import type { IdentityProvider } from '../../harness/identity-provider.ts'
import { ISSUER } from '../../harness/instance-options.ts'
import { type CallRecorder, recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
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
  catches:
    'no token makes a call throw, and a token signed by an untrusted key never reaches the store',
  requires: always,
  rounds: { quick: 500, full: 100_000 },
  async run(context) {
    const trial = await Trial.start(context)
    const usual = usualOf(context)
    const property = fc.asyncProperty(
      fuzzedTokens(usual),
      fc.option(wants, { nil: undefined }),
      (fuzzed, options) => trial.present(fuzzed, options),
    )
    const { seed } = context.random
    const examples = knownTokens(usual).map((token): [Fuzzed, undefined] => [token, undefined])
    // A failure is reported at once: a smaller one is found by the seed, which is reported with
    // it.
    await fc.assert(property, {
      seed,
      endOnFailure: true,
      numRuns: context.rounds + examples.length,
      examples,
    })
    context.note(
      `${trial.genuine} of ${context.rounds + examples.length} tokens were signed by a trusted key`,
    )
    assert.equal(Reflect.get({}, 'polluted'), undefined, 'a token has changed all objects')
  },
}

export const cases: readonly Case[] = [tokenFuzz]

/** Options of callers, valid and invalid: arguments may be refused, and no other error may occur. */
const wants = fc.oneof(
  fc.record({ scope: fc.constantFrom('read', 'read write') }),
  fc.record({ audience: fc.constantFrom(ISSUER, 'https://other.example') }),
  fc.record({ kind: fc.constantFrom('access', 'refresh') }),
  fc.record({ audience: fc.constantFrom('', [], {}, 1), scope: fc.constantFrom(null, '  ', {}) }),
  fc.object({ maxDepth: 1 }),
) as fc.Arbitrary<VerifyOptions>

function usualOf({ environment, clock }: CaseContext): Usual {
  const now = Math.floor(clock() / SECOND)
  const tw = { t: clock(), l: clock(), n: 1, e: {}, a: {} }
  const payload = {
    iss: ISSUER,
    aud: ISSUER,
    sub: 'ada',
    client_id: 'web',
    jti: 'a',
    sid: 'login',
    tw,
    iat: now - 60,
    exp: now + 600,
    scope: 'read',
  }
  const header = { alg: 'ES256', typ: 'at+jwt', kid: environment.keys[0].kid }
  const texts = (members: object) =>
    Object.fromEntries(
      Object.entries(members).map(([name, value]) => [name, JSON.stringify(value)]),
    )
  return { header: texts(header), payload: texts(payload) }
}

/** An instance that is given tokens, and what it sends to its store meanwhile. */
class Trial {
  readonly #instance: Tokenward
  readonly #sent: CallRecorder
  readonly #provider: IdentityProvider
  readonly #keys: Readonly<Record<'own' | 'trusted' | 'stranger', SigningKey>>
  genuine = 0

  private constructor(
    instance: Tokenward,
    sent: CallRecorder,
    provider: IdentityProvider,
    keys: Readonly<Record<'own' | 'trusted' | 'stranger', SigningKey>>,
  ) {
    this.#instance = instance
    this.#sent = sent
    this.#provider = provider
    this.#keys = keys
  }

  static async start(context: CaseContext): Promise<Trial> {
    const { environment } = context
    const { provider } = environment
    const sent = recordCalls()
    const durable = environment.capabilities.durability === 'durable'
    const trust = durable ? [provider.trusted] : []
    const instance = await context.instance({ wrap: sent.wrap, trust })
    const [stranger] = await generateKeys()
    const keys = { own: environment.keys[0], trusted: provider.key, stranger }
    return new Trial(instance, sent, provider, keys)
  }

  async present(fuzzed: Fuzzed, options: VerifyOptions | undefined): Promise<void> {
    const { token, genuine } = await this.#sign(fuzzed)
    if (genuine) this.genuine++
    this.#sent.clear()
    for (const [name, call] of Object.entries(callsOf(this.#instance, token, options))) {
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
    const signature = hand === 'unknown' ? 'AAAA' : await signText(this.#keys[hand], input)
    const signed = `${input}.${signature}`
    const token = changed(signed, change)
    // A change of the signature may leave it equivalent.
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

function callsOf(instance: Tokenward, token: string, options: VerifyOptions | undefined) {
  return {
    verify: () => instance.verify(token, options),
    consume: () => instance.consume(token, options),
    rotate: () => instance.rotate(token),
    save: () => instance.save(token),
    explain: () => instance.explain(token, options),
    // Last: no forgery equals a genuine token any more.
    revoke: () => instance.revoke(token),
  } satisfies Record<string, () => Promise<object>>
}

function isRefusal(answer: object): boolean {
  return ['active', 'saved', 'revoked'].some((member) => Reflect.get(answer, member) === false)
}
