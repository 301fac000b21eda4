import {
  type Explanation,
  type Finding,
  isTokenwardError,
  type Tokenward,
  type TokenwardOptions,
} from '@tokenward/core'
import { describeMismatch, type MismatchDescription } from './describe-mismatch.ts'

/** Whether a token is accepted, and which requirement it does not meet. */
export interface TokenDiagnosis
  extends Pick<Explanation, 'active' | 'reason' | 'claim' | 'expected'> {
  /** The kind of value that the token has, where it does not meet a requirement. */
  readonly actual?: string
}

interface Judged {
  /** Missing: the keys of its issuer are unavailable. */
  readonly token?: TokenDiagnosis
  readonly findings: readonly Finding[]
}

const NOT_CHECKED: Finding = {
  code: 'token-not-checked',
  message: 'the keys of the issuer of the token are unavailable',
  fix: 'run tokenward doctor with the token again when they can be fetched',
}

/** Changes nothing. */
export async function diagnoseToken(
  instance: Tokenward,
  token: string,
  options: TokenwardOptions,
): Promise<Judged> {
  try {
    return judge(token, await instance.explain(token), options)
  } catch (error) {
    if (!isTokenwardError(error, 'TOKENWARD_KEYS_UNAVAILABLE')) throw error
    return { findings: [NOT_CHECKED] }
  }
}

function judge(token: string, explanation: Explanation, options: TokenwardOptions): Judged {
  const { active, reason, claim, expected } = explanation
  if (active) return { token: { active }, findings: [] }
  const mismatch = describeMismatch(token, explanation, options)
  const diagnosis = {
    active,
    ...(reason !== undefined && { reason }),
    ...(claim !== undefined && { claim }),
    ...(expected !== undefined && { expected }),
    ...(mismatch && { actual: mismatch.actual }),
  }
  const message = mismatch?.text ?? `the token is refused: ${reason}`
  return { token: diagnosis, findings: [{ code: 'token-refused', message, fix: fixOf(mismatch) }] }
}

function fixOf(mismatch: MismatchDescription | null): string {
  if (mismatch === null)
    return 'tokenward explain - < FILE, which shows each record that was checked'
  const { option } = mismatch
  if (option === undefined) return 'check what the issuer of the token sends'
  if (option === 'trust') return 'add the issuer to the option trust, exactly as in the claim iss'
  return `check the option ${option} for this issuer, or what the issuer sends`
}
