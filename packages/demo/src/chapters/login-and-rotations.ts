import type { Login } from '@tokenward/core'
import { GRACE_MS, SKEW_MS } from '../api/options.ts'
import type { Context } from '../context.ts'
import { requireActive } from '../steps/require-active.ts'

/** The API issues its own tokens, and a refresh token is stolen. */
export async function loginAndRotations(context: Context): Promise<void> {
  context.runner.chapter('The API issues its own tokens, and one is stolen')
  const first = await logIn(context)
  const third = await rotateAndRetry(context, first)
  await replayStolenToken(context, first, third)
}

async function logIn({ runner, tokens }: Context): Promise<Login> {
  const first = await runner.step({
    code: "first = tokens.issue({ subject: 'carol', client: 'web' })",
    call: () => tokens.issue({ subject: 'carol', client: 'web' }),
    expected: { expiresIn: 900 },
    why: 'An access token for 15 minutes, and a refresh token that starts a session.',
  })
  await runner.step({
    code: 'tokens.verify(first.accessToken)',
    call: () => tokens.verify(first.accessToken),
    expected: { active: true, storeChecked: true, claims: { sub: 'carol', client_id: 'web' } },
    why: 'The token is in the allowlist, and no record revokes it.',
  })
  return first
}

async function rotateAndRetry({ runner, tokens }: Context, first: Login): Promise<Login> {
  const second = requireActive(
    await runner.step({
      code: 'second = tokens.rotate(first.refreshToken)',
      call: () => tokens.rotate(first.refreshToken),
      expected: { active: true, retried: false, session: first.session },
      why: 'The successor belongs to the same session.',
    }),
  )
  await runner.step({
    code: 'tokens.rotate(first.refreshToken), again',
    call: async () => {
      const again = await tokens.rotate(first.refreshToken)
      const sameSuccessor = again.active && isSameToken(again.refreshToken, second.refreshToken)
      return { active: again.active, retried: again.active && again.retried, sameSuccessor }
    },
    expected: { active: true, retried: true, sameSuccessor: true },
    why: 'Assume that the response was lost. Within the grace period a retry returns the same successor: the session has no fork, and there is no false alarm.',
  })
  return requireActive(
    await runner.step({
      code: 'third = tokens.rotate(second.refreshToken)',
      call: () => tokens.rotate(second.refreshToken),
      expected: { active: true, retried: false, session: first.session },
      why: 'The session continues.',
    }),
  )
}

async function replayStolenToken(
  { runner, tokens, clock }: Context,
  first: Login,
  third: Login,
): Promise<void> {
  const generations: number[] = []
  const unsubscribe = tokens.on('reused', ({ generation }) => generations.push(generation))
  runner.note(
    `A thief has a copy of the first refresh token. The demo moves the clock of the instance forward by ${(GRACE_MS + SKEW_MS) / 1_000} s, past the grace period and the skew.`,
  )
  clock.forward(GRACE_MS + SKEW_MS + 1)
  await runner.step({
    code: 'tokens.rotate(first.refreshToken), by the thief',
    call: () => tokens.rotate(first.refreshToken),
    expected: { active: false, reason: 'reused' },
    why: 'The token was used long ago, so this is not a client that lost a response. The session is revoked before the thief gets this result.',
  })
  unsubscribe()
  await runner.step({
    code: "tokens.on('reused', …)",
    call: () => generations,
    expected: [1],
    why: 'The application received an event with the generation of the reused token.',
  })
  await runner.step({
    code: 'tokens.verify(third.accessToken), tokens.rotate(third.refreshToken)',
    call: async () => ({
      access: await tokens.verify(third.accessToken),
      refresh: await tokens.rotate(third.refreshToken),
    }),
    expected: {
      access: { active: false, reason: 'revoked', decidedBy: 'session' },
      refresh: { active: false, reason: 'revoked', decidedBy: 'session' },
    },
    why: 'The whole session is revoked with its access tokens, for the thief and for Carol.',
  })
  await runner.step({
    code: "tokens.issue({ subject: 'carol', client: 'web' }), tokens.verify(…)",
    call: async () => {
      const login = await tokens.issue({ subject: 'carol', client: 'web' })
      return tokens.verify(login.accessToken)
    },
    expected: { active: true, claims: { sub: 'carol' } },
    why: 'Carol logs in again, and her new token is active.',
  })
}

/** Compares tokens without their signatures: an ES256 signature contains a random number. */
function isSameToken(one: string, other: string): boolean {
  return signingInput(one) === signingInput(other)
}

function signingInput(token: string): string {
  return token.slice(0, token.lastIndexOf('.'))
}
