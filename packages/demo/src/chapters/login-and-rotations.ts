import type { Login } from '@tokenward/core'
import { GRACE, SKEW } from '../instance/options.ts'
import type { Stage } from '../stage.ts'
import { going } from '../story/going.ts'

/** The API issues tokens of its own; a refresh token is stolen. */
export async function loginAndRotations(stage: Stage): Promise<void> {
  stage.story.chapter('The API issues tokens of its own, and one is stolen')
  const login = await carolLogsIn(stage)
  const newest = await rotateAndRetry(stage, login)
  await thiefComes(stage, login, newest)
}

async function carolLogsIn({ story, instance }: Stage): Promise<Login> {
  const login = await story.step({
    ask: "instance.issue({ subject: 'carol', client: 'web' })",
    call: () => instance.issue({ subject: 'carol', client: 'web' }),
    promise: { expiresIn: 900 },
    why: 'An access token for 15 minutes, and a refresh token that begins a session.',
  })
  await story.step({
    ask: 'instance.verify(login.accessToken)',
    call: () => instance.verify(login.accessToken),
    promise: { active: true, storeChecked: true, claims: { sub: 'carol', client_id: 'web' } },
    why: 'It is in the allowlist, and nothing stands against it.',
  })
  return login
}

async function rotateAndRetry({ story, instance }: Stage, login: Login): Promise<Login> {
  const second = going(
    await story.step({
      ask: 'second = instance.rotate(login.refreshToken)',
      call: () => instance.rotate(login.refreshToken),
      promise: { active: true, retried: false, session: login.session },
      why: 'The successor, in the same session.',
    }),
  )
  await story.step({
    ask: 'instance.rotate(login.refreshToken), again',
    call: async () => {
      const again = await instance.rotate(login.refreshToken)
      const sameSuccessor = again.active && isSameToken(again.refreshToken, second.refreshToken)
      return { active: again.active, retried: again.active && again.retried, sameSuccessor }
    },
    promise: { active: true, retried: true, sameSuccessor: true },
    why: 'Her first answer was lost on the way, say. Within the grace window the same successor comes back: no fork, no false alarm.',
  })
  return going(
    await story.step({
      ask: 'third = instance.rotate(second.refreshToken)',
      call: () => instance.rotate(second.refreshToken),
      promise: { active: true, retried: false, session: login.session },
      why: 'The session rotates on.',
    }),
  )
}

async function thiefComes(
  { story, instance, clock }: Stage,
  login: Login,
  third: Login,
): Promise<void> {
  const alarms: number[] = []
  const unhear = instance.on('reused', ({ generation }) => alarms.push(generation))
  story.say(
    `A thief kept the first refresh token. The story moves the instance's clock forward by ${(GRACE + SKEW) / 1_000} s, past grace and skew.`,
  )
  clock.forward(GRACE + SKEW + 1)
  await story.step({
    ask: 'instance.rotate(login.refreshToken), by the thief',
    call: () => instance.rotate(login.refreshToken),
    promise: { active: false, reason: 'reused' },
    why: 'Used up long ago: this is nobody who lost an answer. The session is revoked before the thief hears this.',
  })
  unhear()
  await story.step({
    ask: "instance.on('reused', …)",
    call: () => alarms,
    promise: [1],
    why: 'The application was told, with the generation that came again.',
  })
  await story.step({
    ask: 'instance.verify(third.accessToken), instance.rotate(third.refreshToken)',
    call: async () => ({
      access: await instance.verify(third.accessToken),
      refresh: await instance.rotate(third.refreshToken),
    }),
    promise: {
      access: { active: false, reason: 'revoked', decidedBy: 'session' },
      refresh: { active: false, reason: 'revoked', decidedBy: 'session' },
    },
    why: 'Whoever holds it, thief or Carol: the whole session is dead, access tokens too.',
  })
  await story.step({
    ask: "instance.issue({ subject: 'carol', client: 'web' }), instance.verify(…)",
    call: async () => {
      const fresh = await instance.issue({ subject: 'carol', client: 'web' })
      return instance.verify(fresh.accessToken)
    },
    promise: { active: true, claims: { sub: 'carol' } },
    why: 'Carol logs in again and is in.',
  })
}

/** The same token, whatever the bytes of its signature: ES256 signs with a random number. */
function isSameToken(one: string, other: string): boolean {
  return signingInput(one) === signingInput(other)
}

function signingInput(token: string): string {
  return token.slice(0, token.lastIndexOf('.'))
}
