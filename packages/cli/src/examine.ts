import {
  type Capabilities,
  type Finding,
  type IssuerHealth,
  isTokenwardError,
  type Prepared,
  prepare,
  type TokenwardOptions,
} from '@tokenward/core'
import { NOT_PREPARED, whileOpen } from './with-tokenward.ts'

export interface Examined {
  readonly findings: readonly Finding[]
  /** The rest only where the store could be used. */
  readonly root?: Prepared['root']
  readonly capabilities?: Capabilities
  /** Of one read, in ms. */
  readonly latency?: number
}

const PEPPER_FIX =
  'give the pepper that the store was made with; to change it: https://github.com/tokenward/tokenward/blob/main/docs/changing-the-pepper.md'

/** Looks at a store as an application would when it starts, and changes nothing. */
export async function examine(options: TokenwardOptions): Promise<Examined> {
  try {
    const { root, findings } = await prepare(options, { dryRun: true })
    if (root !== 'present') return { root, findings: [...findings, ROOT[root]] }
    return { root, ...(await inUse(options, findings)) }
  } catch (error) {
    const refused = findingsIn(error)
    if (refused === null) throw error
    return { findings: merged(await settingsOf(options), refused) }
  }
}

async function inUse(options: TokenwardOptions, findings: readonly Finding[]): Promise<Examined> {
  const health = await whileOpen(options, (instance) => instance.health())
  const { capabilities, latency, error } = health
  // The root was there a moment ago: whatever this is, it is no setting.
  if (error !== undefined) throw error
  const keys = health.issuers.flatMap(findingOf)
  return { capabilities, latency, findings: [...merged(findings, health.findings), ...keys] }
}

/** An issuer whose tokens cannot be verified, or soon can no longer be. */
function findingOf({ issuer, error }: IssuerHealth): readonly Finding[] {
  if (error === undefined) return []
  const fix = 'check the name of the issuer, and whether its keys can be reached from here'
  return [finding('keys-unavailable', `${issuer}: ${error.message}`, fix)]
}

const ROOT: Readonly<Record<'made' | 'raised' | 'replaced', Finding>> = {
  made: finding(
    'not-prepared',
    NOT_PREPARED,
    'check the name of the store; if it is to be new: tokenward migrate',
  ),
  replaced: finding(
    'corrupt-root',
    'the root record cannot be decoded, so every token is refused',
    'tokenward migrate, which replaces it and revokes all that was issued before',
  ),
  raised: finding(
    'max-lifetime',
    'the config has longer lifetimes than the store keeps revocations for',
    'tokenward migrate, or shorter lifetimes',
  ),
}

/** What an error has found; `null`: it is none that says something of the settings. */
function findingsIn(error: unknown): readonly Finding[] | null {
  if (isTokenwardError(error, 'TOKENWARD_NOT_PREPARED')) {
    return [finding('not-prepared', error.message, 'tokenward migrate, by the version that fits')]
  }
  if (!isTokenwardError(error, 'TOKENWARD_POLICY_REFUSED')) return null
  const { findings = [] } = error as { findings?: readonly Finding[] }
  if (findings.length > 0) return findings
  // The one refusal without evidence: the root was made with another pepper.
  return [finding('wrong-pepper', error.message, PEPPER_FIX)]
}

/** A refusal names what it was for alone; the operator wants to see the rest too. */
async function settingsOf({ repository }: TokenwardOptions): Promise<readonly Finding[]> {
  try {
    const findings = await repository.open()
    await repository.close()
    return findings
  } catch {
    return []
  }
}

function merged(...lists: readonly (readonly Finding[])[]): readonly Finding[] {
  return [...new Map(lists.flat().map((each) => [each.code, each])).values()]
}

function finding(code: string, message: string, fix: string): Finding {
  return { code, message, fix }
}
