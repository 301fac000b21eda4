import type { Login } from '@tokenward/core'
import type { Privileges, Stage } from '../stage.ts'

/** A role is taken away: access tokens die, the session goes on with what is true now. */
export async function changedPrivileges(stage: Stage): Promise<void> {
  stage.story.chapter('Privileges change, and the session goes on')
  const roles = new Map([['erin', 'admin']])
  const claims = (): Privileges => ({ role: roles.get('erin') ?? 'none' })
  const login = await erinLogsIn(stage, claims)
  roles.set('erin', 'reader')
  await accessTokensDie(stage, login)
  await sessionGoesOn(stage, login, claims)
}

async function erinLogsIn({ story, instance }: Stage, claims: () => Privileges): Promise<Login> {
  const { login } = await story.step({
    ask: "erin = instance.issue({ subject: 'erin', client: 'web', claims }), instance.verify(erin.accessToken)",
    call: async () => {
      const login = await instance.issue({ subject: 'erin', client: 'web', claims })
      return { login, verdict: await instance.verify(login.accessToken) }
    },
    promise: { verdict: { active: true, claims: { sub: 'erin', role: 'admin' } } },
    why: '`claims` is a function that looks the role up: it is asked after the revocation state was read.',
  })
  return login
}

async function accessTokensDie({ story, instance }: Stage, login: Login): Promise<void> {
  await story.step({
    ask: "erin is a reader now; instance.revoke({ subject: 'erin' }, { only: 'access' })",
    call: () => instance.revoke({ subject: 'erin' }, { only: 'access' }),
    promise: { revoked: true, target: 'subject' },
    why: 'Access tokens that still say admin must go. She need not log in again for it.',
  })
  await story.step({
    ask: 'instance.verify(erin.accessToken), again',
    call: () => instance.verify(login.accessToken),
    promise: { active: false, reason: 'revoked', decidedBy: 'subject' },
    why: 'It is dead at once.',
  })
}

async function sessionGoesOn(
  { story, instance }: Stage,
  login: Login,
  claims: () => Privileges,
): Promise<void> {
  await story.step({
    ask: 'instance.rotate(erin.refreshToken)',
    call: () => instance.rotate(login.refreshToken),
    promise: { active: false, reason: 'stale-claims' },
    why: 'Without the function nobody knows what is true now. Refused, and not used up.',
  })
  await story.step({
    ask: 'instance.rotate(erin.refreshToken, { claims }), instance.verify(…)',
    call: async () => {
      const next = await instance.rotate(login.refreshToken, { claims })
      return next.active ? instance.verify(next.accessToken) : next
    },
    promise: { active: true, claims: { sub: 'erin', role: 'reader' } },
    why: 'The same session, with the new role.',
  })
}
