import { randomUUID } from 'node:crypto'
import type { Login, Tokenward } from '@tokenward/core'

/** Every text that must not be found in the store. */
export class Secrets {
  readonly all: string[] = []

  make(what: string): string {
    const secret = `${what}-${randomUUID()}`
    this.all.push(secret)
    return secret
  }
}

const CUSTOMERS = 40

/** A day of a shop: customers log in on several devices, fill carts, and some lose a phone. */
export async function dayOfShop(
  tokens: Tokenward,
  secrets: Secrets,
  lists: boolean,
): Promise<void> {
  for (let i = 0; i < CUSTOMERS; i++) {
    const subject = secrets.make('subject')
    const logins = [await login(tokens, secrets, subject), await login(tokens, secrets, subject)]
    for (const each of logins) await visit(tokens, secrets, each)
    const note = () => ({ reason: secrets.make('reason'), actor: secrets.make('actor') })
    if (i % 4 === 0) await tokens.revoke({ session: (logins[0] as Login).session }, note())
    if (i % 5 === 0) await tokens.revoke({ subject }, note())
    if (i % 7 === 0) await tokens.revoke({ jti: (logins[1] as Login).jti }, note())
    if (i % 6 === 0 && lists)
      await tokens.revoke({ subject, except: (logins[1] as Login).session }, note())
  }
  await tokens.revoke({ client: 'old-shop' }, { reason: secrets.make('reason') })
}

function login(tokens: Tokenward, secrets: Secrets, subject: string): Promise<Login> {
  return tokens.issue({
    subject,
    client: secrets.make('client'),
    label: secrets.make('label'),
    data: {
      cart: [],
      upstream: { refreshToken: secrets.make('upstream') },
      nöte: secrets.make('ü'),
    },
  })
}

async function visit(tokens: Tokenward, secrets: Secrets, { session, ...login }: Login) {
  const item = secrets.make('item')
  await tokens.updateData({ session }, (data) => ({ ...data, cart: [item] }))
  const rotated = await tokens.rotate(login.refreshToken)
  if (!rotated.active) throw new Error(`The rotation was refused: ${rotated.reason}`)
  const job = { subject: secrets.make('subject'), client: 'job', refresh: false } as const
  const single = await tokens.issue({ ...job, data: { ticket: secrets.make('ticket') } })
  const used = await tokens.consume(single.accessToken)
  if (!used.active) throw new Error(`The ticket was refused: ${used.reason}`)
}
