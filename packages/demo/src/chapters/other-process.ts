import type { Login, SigningKeys } from '@tokenward/core'
import { revokeInAnotherProcess } from '../instance/in-another-process.ts'
import type { Stage } from '../stage.ts'
import { explanationLines } from '../story/explanation.ts'

const NOTE = { reason: 'lost phone', actor: 'support' }

/** A revocation in one process holds in the other, from the moment that it is acknowledged. */
export async function otherProcess(stage: Stage): Promise<void> {
  stage.story.chapter('Support takes a person back, in another process')
  const login = await daveLogsIn(stage)
  await supportRevokes(stage)
  await daveIsOut(stage, login)
  await daveComesBack(stage)
}

async function daveLogsIn({ story, instance }: Stage): Promise<Login> {
  const { login } = await story.step({
    ask: "dave = instance.issue({ subject: 'dave', client: 'phone' }), instance.verify(dave.accessToken)",
    call: async () => {
      const login = await instance.issue({ subject: 'dave', client: 'phone' })
      return { login, verdict: await instance.verify(login.accessToken) }
    },
    promise: { verdict: { active: true, claims: { sub: 'dave', client_id: 'phone' } } },
    why: 'Dave is logged in, here.',
  })
  return login
}

async function supportRevokes({ story, instance, database, module }: Stage): Promise<void> {
  const order = { database, keys: instance.jwks().keys as SigningKeys, note: NOTE, module }
  await story.step({
    ask: "instance.revoke({ subject: 'dave' }, { reason: 'lost phone', actor: 'support' }), there",
    call: () => revokeInAnotherProcess({ ...order, target: { subject: 'dave' } }),
    promise: { revoked: true, target: 'subject', note: NOTE },
    why: "A process of its own, on the same file. It has public keys only, and its clock is not the one that the story moved: it is 11 s behind this one's.",
    show: ({ pid }) => [`by process ${pid}; this is process ${process.pid}`],
  })
}

async function daveIsOut({ story, instance }: Stage, login: Login): Promise<void> {
  await story.step({
    ask: 'instance.verify(dave.accessToken), here',
    call: () => instance.verify(login.accessToken),
    promise: { active: false, reason: 'revoked', decidedBy: 'subject', note: NOTE },
    why: 'Nothing was cached or announced: every verification asks the store.',
  })
  await story.step({
    ask: 'instance.explain(dave.accessToken)',
    call: () => instance.explain(login.accessToken),
    promise: { active: false, reason: 'revoked', decidedBy: 'subject' },
    why: 'The token was born before the revocation gave the subject a new epoch. No clock was asked.',
    show: explanationLines,
  })
  await story.step({
    ask: 'instance.rotate(dave.refreshToken)',
    call: () => instance.rotate(login.refreshToken),
    promise: { active: false, reason: 'revoked', decidedBy: 'subject' },
    why: 'The refresh token does not help either.',
  })
}

async function daveComesBack({ story, instance }: Stage): Promise<void> {
  await story.step({
    ask: "instance.issue({ subject: 'dave', client: 'new phone' }), instance.verify(…)",
    call: async () => {
      const fresh = await instance.issue({ subject: 'dave', client: 'new phone' })
      return instance.verify(fresh.accessToken)
    },
    promise: { active: true, claims: { sub: 'dave', client_id: 'new phone' } },
    why: 'A login after it works at once, whatever the two clocks say: the new token is born under the new epoch.',
  })
}
