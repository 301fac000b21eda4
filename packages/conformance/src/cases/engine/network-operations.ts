import assert from 'node:assert/strict'
import type { Tokenward } from '@tokenward/core'
import {
  assertActive,
  assertLoginActive,
  assertLoginRefused,
  assertRefused,
  assertRotated,
} from './assertions.ts'

/** One operation of an instance, and how to find out its effect afterwards. */
export interface Attempt {
  call(): Promise<unknown>
  /** Repeats the call where that is safe, and checks the stored state. */
  settle(): Promise<void>
}

export interface Operation {
  readonly name: string
  /** Whether it writes: then it is also disturbed at its write. */
  readonly writes: boolean
  /**
   * @param patient on the same adapter, with a long deadline: prepares the records and checks the result
   */
  prepare(instance: Tokenward, patient: Tokenward, subject: string): Promise<Attempt>
}

/** The operations that an application uses most. */
export const operations: readonly Operation[] = [
  { name: 'verify', writes: false, prepare: verification },
  { name: 'issue', writes: true, prepare: login },
  { name: 'consume', writes: true, prepare: consumption },
  { name: 'rotate', writes: true, prepare: rotation },
  { name: 'revoke', writes: true, prepare: revocation },
]

async function verification(
  instance: Tokenward,
  patient: Tokenward,
  subject: string,
): Promise<Attempt> {
  const { accessToken } = await patient.issue({ subject, client: 'web' })
  return {
    call: () => instance.verify(accessToken),
    settle: async () => void (await assertActive(patient, accessToken, 'verify, after the heal')),
  }
}

async function login(instance: Tokenward, patient: Tokenward, subject: string): Promise<Attempt> {
  const issue = (by: Tokenward) => by.issue({ subject, client: 'web' })
  return {
    call: () => issue(instance),
    settle: async () => assertLoginActive(patient, await issue(patient), 'issue, after the heal'),
  }
}

async function consumption(
  instance: Tokenward,
  patient: Tokenward,
  subject: string,
): Promise<Attempt> {
  const { accessToken } = await patient.issue({ subject, client: 'web' })
  const consume = (by: Tokenward) => by.consume(accessToken, { idempotencyKey: subject })
  return {
    call: () => consume(instance),
    async settle() {
      const result = await patient.verify(accessToken)
      const state = result.active ? 'active' : result.reason
      assert.match(state, /^(active|consumed)$/, 'consume, after the heal: it happened or not')
      assert.equal((await consume(patient)).active, true, 'consume, repeated by the same caller')
      const again = await patient.consume(accessToken, { idempotencyKey: 'another' })
      assert.equal(again.active, false, 'consume, repeated by another caller')
    },
  }
}

async function rotation(
  instance: Tokenward,
  patient: Tokenward,
  subject: string,
): Promise<Attempt> {
  const { refreshToken } = await patient.issue({ subject, client: 'web' })
  return {
    call: () => instance.rotate(refreshToken),
    async settle() {
      const next = await patient.rotate(refreshToken)
      assertRotated(next, 'rotate, repeated within the grace period')
      await assertLoginActive(patient, next, 'rotate, after the heal')
    },
  }
}

async function revocation(
  instance: Tokenward,
  patient: Tokenward,
  subject: string,
): Promise<Attempt> {
  const gone = await patient.issue({ subject, client: 'web' })
  const revoke = (by: Tokenward) => by.revoke({ subject })
  return {
    call: () => revoke(instance),
    async settle() {
      const result = await patient.verify(gone.accessToken)
      const state = result.active ? 'active' : result.reason
      assert.match(state, /^(active|revoked)$/, 'revoke, after the heal: it happened or not')
      await revoke(patient)
      await assertLoginRefused(patient, gone, 'revoke, repeated')
      await assertRefused(patient, gone.accessToken, 'revoke, repeated', 'revoked')
    },
  }
}
