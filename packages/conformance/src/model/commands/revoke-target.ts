import assert from 'node:assert/strict'
import { isTokenwardError, type RevocationNote, type Target } from '@tokenward/core'
import * as fc from 'fast-check'
import { type Principal, type Revocation, scopeOf, type Token } from '../model.ts'
import {
  anyIndex,
  anyInstance,
  choose,
  hasTokens,
  type Step,
  type StepContext,
  type Steps,
  step,
} from '../step.ts'
import { anyNote, assertScopeRevoked, assertTokenRevoked } from './responses.ts'

type Scope = 'everything' | 'issuer' | 'client' | 'subject' | 'subject+client' | 'session' | 'jti'

interface ByTarget {
  readonly index: number
  readonly which: number
  readonly scope: Scope
  /** The token of an earlier revocation, instead. */
  readonly isAgain: boolean
  readonly kind: Revocation['kind']
  readonly note: RevocationNote
  readonly before: Before
}

/** ms. The instant: near a token's issue, or some time ago. */
interface Before {
  readonly beside: 'token' | 'login' | 'now'
  readonly by: number
}

const anyKind: fc.Arbitrary<Revocation['kind']> = fc.oneof(
  { weight: 3, arbitrary: fc.constant('now') },
  { weight: 2, arbitrary: fc.constant('access') },
  { weight: 3, arbitrary: fc.constant('before') },
)
const anyBefore: fc.Arbitrary<Before> = fc.record({
  beside: fc.constantFrom<Before['beside'][]>('token', 'login', 'now'),
  by: fc.constantFrom(0, -1, 1, -1_000, -60_000),
})

/** All scopes of a token, in all ways. */
export const revokingTargets: Steps = fc
  .record({
    index: anyInstance,
    which: anyIndex,
    kind: anyKind,
    before: anyBefore,
    note: anyNote,
    isAgain: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)),
    scope: fc.oneof(
      { weight: 1, arbitrary: fc.constantFrom<Scope[]>('everything', 'issuer') },
      {
        weight: 4,
        arbitrary: fc.constantFrom<Scope[]>(
          'client',
          'subject',
          'subject+client',
          'session',
          'jti',
        ),
      },
    ),
  })
  .map(revokeTarget)

function revokeTarget(choices: ByTarget): Step {
  return step('revoke', choices.index, hasTokens, async (context) => {
    const { model, instance, now } = context
    const token = choose(model.tokens, choices.which)
    const { kind, note, scope, isAgain } = choices
    if (scope === 'jti' && !isAgain) return revokeId(context, token, note)
    const earlier = choose(model.revocations, choices.which)
    const of = isAgain || scope === 'jti' ? earlier.of : partOf(token.principal, scope)
    const before = kind === 'before' ? instantOf(choices.before, token, now) : undefined
    context.log(
      `${scopeOf(of)} of ${isAgain ? JSON.stringify(of) : token.label}, ${kind} ${before === undefined ? '' : before - now}`,
    )
    const options = { ...note, ...(before && { before }), ...(kind === 'access' && { only: kind }) }
    const target = (scopeOf(of) === 'global' ? { everything: true } : of) as Target
    const answer = await instance.revoke(target, options).catch(refusedInput)
    if (before !== undefined && before > now) return assert.equal(answer, INVALID, 'in the future')
    assert.ok(typeof answer !== 'string', 'the instant is not in the future')
    await assertScopeRevoked(context, answer, {
      of,
      kind,
      note,
      ...(before !== undefined && { before }),
    })
  })
}

async function revokeId(context: StepContext, token: Token, note: RevocationNote): Promise<void> {
  const { issuer, session } = token.principal
  if (token.jti === undefined || issuer === undefined) return
  context.log(`${token.label} by its id`)
  const answer = await context.instance.revoke({ issuer, jti: token.jti }, note)
  // A refresh token represents its login.
  if (token.kind === 'refresh' && session !== undefined)
    return assertScopeRevoked(context, answer, { of: { issuer, session }, kind: 'now', note })
  await assertTokenRevoked(context, answer, token, note)
}

const INVALID = 'TOKENWARD_INVALID_INPUT'

function refusedInput(error: unknown): typeof INVALID {
  if (isTokenwardError(error, INVALID)) return INVALID
  throw error
}

/** The scopes that contain a token; a token without a session has its subject instead. */
function partOf(
  { issuer, subject, client, session }: Principal,
  scope: Exclude<Scope, 'jti'>,
): Principal {
  const named = { everything: {}, issuer: {}, client: { client }, subject: { subject } }
  const both = { ...named, 'subject+client': { subject, client } }
  const whole = { ...both, session: session === undefined ? { subject } : { session } }[scope]
  return (scope === 'everything' ? {} : { issuer, ...whole }) as Principal
}

function instantOf({ beside, by }: Before, token: Token, now: number): number {
  const beginning = beside === 'login' ? token.login?.at : token.issuedAt
  return (beside === 'now' ? now : (beginning ?? token.issuedAt)) + by
}
