import { openSync, writeSync } from 'node:fs'
import type { Login, Tokenward } from '@tokenward/core'
import type { Task, TaskContext } from '../task.ts'

export interface Writing {
  /** A separate file for each process. */
  readonly log: string
  /** How many logins and tickets to make. */
  readonly things: number
}

/** `…ing` is written before the call is made, everything else once it was acknowledged. */
export type Line =
  | { readonly step: 'issued' | 'rotating' | 'revoking' | 'revoked'; readonly login: WrittenTokens }
  | { readonly step: 'rotated'; readonly login: WrittenTokens; readonly used: WrittenTokens }
  | { readonly step: 'got' | 'consuming' | 'consumed'; readonly ticket: Ticket }

/** A login of a subject that no other writer uses. */
export type WrittenTokens = Login & { readonly subject: string }

export interface Ticket {
  readonly subject: string
  readonly accessToken: string
}

export const nameOfLine = (line: Line): string =>
  ('ticket' in line ? line.ticket : line.login).subject

const LANES = 4

/** Issues, rotates, consumes and revokes, and writes down the results, until it has enough. */
export const write: Task<Writing, null> = async (context, { log, things }) => {
  const instance = await context.memoize('instance', () => context.instance())
  const file = await context.memoize('log', async () => openSync(log, 'a'))
  // The kernel has it when this returns: it survives the process.
  const note = (line: Line) => void writeSync(file, `${JSON.stringify(line)}\n`)
  let left = things
  const lanes = Array.from({ length: LANES }, async () => {
    while (left-- > 0)
      await (context.random.chance(0.3) ? useTicket : lead)(context, instance, note)
  })
  await Promise.all(lanes)
  return null
}

type Note = (line: Line) => void

/** The life of a ticket, which can be used once. */
async function useTicket(_: TaskContext, instance: Tokenward, note: Note): Promise<void> {
  const subject = crypto.randomUUID()
  const { accessToken } = await instance.issue({ subject, client: 'web', refresh: false })
  const ticket = { subject, accessToken }
  note({ step: 'got', ticket })
  note({ step: 'consuming', ticket })
  const { active } = await instance.consume(accessToken, { idempotencyKey: subject })
  if (!active) throw new Error('a ticket that no other caller knows was refused')
  note({ step: 'consumed', ticket })
}

/** The life of a login. */
async function lead({ random }: TaskContext, instance: Tokenward, note: Note): Promise<void> {
  const subject = crypto.randomUUID()
  let login: WrittenTokens = await instance.issue({ subject, client: 'web' })
  note({ step: 'issued', login })
  for (let rotations = random.below(3); rotations > 0; rotations--) {
    note({ step: 'rotating', login })
    const next = await instance.rotate(login.refreshToken)
    if (!next.active) throw new Error('a rotation without a race was refused')
    const used = login
    login = next
    note({ step: 'rotated', login, used })
  }
  if (random.chance(0.4)) return
  note({ step: 'revoking', login })
  if (random.chance(0.5)) await instance.revoke(login.refreshToken)
  else await instance.revoke(random.pick([{ session: login.session }, { subject }]))
  note({ step: 'revoked', login })
}
