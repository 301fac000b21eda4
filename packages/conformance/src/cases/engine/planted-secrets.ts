import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import {
  generateSealingKey,
  type Login,
  type Tokenward,
  type TokenwardOptions,
} from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { holdsData } from '../../suite/requirements.ts'

type Secrets = readonly (readonly [what: string, secret: string])[]

/** A name that events may contain, and the store and its log may not. */
export const SUBJECT = 'subject-of-canary'

/** What an instance is given to keep to itself, and how to find it again. */
export interface PlantedSecrets {
  /** Part of every claim, datum, label and note. */
  readonly canary: string
  readonly options: Pick<TokenwardOptions, 'pepper' | 'sealing'>
  of(logins: readonly Login[]): Secrets
}

export function plantedSecrets(context: CaseContext): PlantedSecrets {
  const canary = `canary${context.random.hex(24)}`
  const pepper = new Uint8Array(Buffer.from(`pepper${context.random.hex(58)}`).subarray(0, 32))
  const sealing = generateSealingKey()
  return {
    canary,
    options: { pepper, sealing },
    of: (logins) => [
      ['a claim', canary],
      ['a claim, encoded', Buffer.from(canary).toString('base64url').slice(0, -2)],
      ['a claim, encoded', Buffer.from(canary).toString('hex')],
      ...secretsOfLogins(logins),
      ['the signing key', String(context.environment.keys[0]['d'])],
      ['the sealing key', String(sealing.k)],
      ...(['hex', 'base64url', 'latin1'] as const).map(
        (encoding) => ['the pepper', Buffer.from(pepper).toString(encoding)] as const,
      ),
    ],
  }
}

function secretsOfLogins(logins: readonly Login[]): Secrets {
  const tokens = logins.flatMap((login) => [login.accessToken, login.refreshToken])
  const parts = tokens.flatMap((token) => token.split('.').slice(1))
  return [
    ...tokens.map((token) => ['a token', token] as const),
    ...parts.map((part) => ['a part of a token', part] as const),
  ]
}

/** Calls everything that stores something, with the canary in all that a caller can pass. */
export async function useEverything(
  context: CaseContext,
  instance: Tokenward,
  canary: string,
): Promise<Login[]> {
  const grant = { subject: SUBJECT, client: 'web', scope: `${canary}-scope` }
  const isLarge = holdsData(context.environment) === null
  const own = isLarge ? { data: { secret: canary }, label: `${canary} label` } : {}
  const note = { reason: `${canary} reason`, actor: `${canary} actor` }
  const first = await instance.issue({ ...grant, claims: { secret: canary }, ...own })
  const second = await instance.rotate(first.refreshToken)
  assert.ok(second.active)
  await instance.rotate(first.refreshToken)
  await instance.verify(first.accessToken)
  await instance.verify(first.accessToken, { data: true })
  await instance.updateData({ session: first.session }, (data) => ({ ...data, again: canary }))
  await instance.consume(first.accessToken, { idempotencyKey: `${canary}-key` })
  await instance.consume(first.accessToken)
  await instance.explain(second.accessToken)
  context.clock.advance(60_000)
  await instance.rotate(first.refreshToken)
  const third = await instance.issue({ ...grant, claims: () => ({ secret: canary }) })
  await instance.revoke(third.accessToken, note)
  const fourth = await instance.issue({ ...grant, claims: { secret: canary } })
  await instance.issue({ ...grant, ...own, refresh: false })
  await instance.revoke({ subject: grant.subject }, note)
  if (context.environment.capabilities.pruning) await instance.prune()
  return [first, second, third, fourth]
}
