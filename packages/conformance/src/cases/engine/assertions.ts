import assert from 'node:assert/strict'
import {
  type Active,
  type ErrorCode,
  type Inactive,
  isTokenwardError,
  type Login,
  type RotateResult,
  type Tokenward,
  type VerifyOptions,
} from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'

type Reason = Inactive['reason']

export const REFRESH: VerifyOptions = { kind: 'refresh' }

export async function assertActive<C extends object>(
  instance: Tokenward<C>,
  token: string,
  what: string,
  want?: VerifyOptions,
): Promise<Active<C>> {
  const verdict = await instance.verify(token, want)
  if (!verdict.active) assert.fail(`${what}: refused as ${verdict.reason} (${verdict.decidedBy})`)
  assert.equal(verdict.storeChecked, true, `${what}: accepted without asking the store`)
  return verdict
}

/** @param reason one, several that are right, or none where any is */
export async function assertRefused(
  instance: Tokenward,
  token: string,
  what: string,
  reason?: Reason | readonly Reason[],
  want?: VerifyOptions,
): Promise<Inactive> {
  const verdict = await instance.verify(token, want)
  if (verdict.active) assert.fail(`${what}: accepted`)
  if (reason !== undefined) {
    assert.ok([reason].flat().includes(verdict.reason), `${what}: refused as ${verdict.reason}`)
  }
  return verdict
}

/** Neither token of a login is good for anything; an unlucky overlap may have given none at all. */
export async function assertLoginRefused(
  instance: Tokenward,
  login: RotateResult | Login,
  what: string,
): Promise<void> {
  if ('active' in login && !login.active) return
  await assertRefused(instance, login.accessToken, `${what}, access token`)
  await assertRefused(instance, login.refreshToken, `${what}, refresh token`, undefined, REFRESH)
  const next = await instance.rotate(login.refreshToken)
  assert.equal(next.active, false, `${what}: its refresh token still rotates`)
}

/** Both tokens of a login are good. */
export async function assertLoginActive(
  instance: Tokenward,
  login: Login,
  what: string,
): Promise<void> {
  await assertActive(instance, login.accessToken, `${what}, access token`)
  await assertActive(instance, login.refreshToken, `${what}, refresh token`, REFRESH)
}

/**
 * What was issued over a lost answer. `null`: an insert is never sent twice to a store that may have
 * forgotten it since, so nobody knows.
 */
export async function issuedIfKnown(
  { environment }: CaseContext,
  issued: Promise<Login>,
): Promise<Login | null> {
  try {
    return await issued
  } catch (error) {
    if (!isTokenwardError(error, 'TOKENWARD_WRITE_INDETERMINATE')) throw error
    assert.equal(environment.capabilities.durability, 'evicting', 'a durable store is asked again')
    return null
  }
}

/** The rotation happened. */
export function assertRotated(
  rotation: RotateResult,
  what: string,
): asserts rotation is Extract<RotateResult, { active: true }> {
  if (!rotation.active)
    assert.fail(`${what}: refused as ${rotation.reason} (${rotation.decidedBy})`)
}

export async function assertThrows(
  call: Promise<unknown> | (() => Promise<unknown>),
  code: ErrorCode,
  what: string,
): Promise<Error> {
  try {
    await (typeof call === 'function' ? call() : call)
  } catch (error) {
    if (!isTokenwardError(error)) throw error
    assert.equal(error.code, code, `${what}: ${error.message}`)
    return error
  }
  return assert.fail(`${what}: ${code} was expected, and nothing was thrown`)
}

/** Prunes until nothing is left to prune. */
export async function pruneAll(instance: Tokenward): Promise<void> {
  for (let calls = 0; (await instance.prune()).more; calls++) {
    assert.ok(calls < 1_000, 'prune says for ever that there is more')
  }
}
