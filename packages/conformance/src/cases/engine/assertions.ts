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
  options?: VerifyOptions,
): Promise<Active<C>> {
  const result = await instance.verify(token, options)
  if (!result.active) assert.fail(`${what}: refused as ${result.reason} (${result.decidedBy})`)
  assert.equal(result.storeChecked, true, `${what}: accepted without asking the store`)
  return result
}

/** @param reason one reason, several that are correct, or none where any reason is */
export async function assertRefused(
  instance: Tokenward,
  token: string,
  what: string,
  reason?: Reason | readonly Reason[],
  options?: VerifyOptions,
): Promise<Inactive> {
  const result = await instance.verify(token, options)
  if (result.active) assert.fail(`${what}: accepted`)
  if (reason !== undefined) {
    assert.ok([reason].flat().includes(result.reason), `${what}: refused as ${result.reason}`)
  }
  return result
}

/**
 * Both tokens of a login are refused. A login that overlapped a revocation may have no tokens at all.
 */
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

/** Both tokens of a login are active. */
export async function assertLoginActive(
  instance: Tokenward,
  login: Login,
  what: string,
): Promise<void> {
  await assertActive(instance, login.accessToken, `${what}, access token`)
  await assertActive(instance, login.refreshToken, `${what}, refresh token`, REFRESH)
}

/**
 * The result of an issue whose reply was lost. `null`: the result is unknown, because an insert is never
 * sent twice to a store that may have evicted it.
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

/** The rotation succeeded. */
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

/** Prunes until `more` is false. */
export async function pruneAll(instance: Tokenward): Promise<void> {
  for (let calls = 0; (await instance.prune()).more; calls++) {
    assert.ok(calls < 1_000, 'prune never stops reporting more')
  }
}
