import {
  type Capabilities,
  type Finding,
  type IssuerHealth,
  isTokenwardError,
  type Prepared,
  prepare,
  type SigningKeyHealth,
  type TokenwardOptions,
} from '@tokenward/core'
import { diagnoseToken, type TokenDiagnosis } from './diagnose-token.ts'
import type { KeyUsage } from './key-usage.ts'
import { missingKeyFindings, type ScanOptions, scanKeys } from './scan-keys.ts'
import { NOT_PREPARED, withTokenward } from './with-tokenward.ts'

export interface Diagnosis {
  readonly findings: readonly Finding[]
  /** What `migrate` would do about the root record. This and the rest: only if the store is usable. */
  readonly root?: Prepared['root']
  readonly capabilities?: Capabilities
  /** Of one read, in ms. */
  readonly latency?: number
  /** With a config: what each signing key is for. */
  readonly signingKeys?: readonly SigningKeyHealth[]
  /** With sealing keys: what each of them is still needed for. */
  readonly sealingKeys?: readonly KeyUsage[]
  /** With a token, if the keys of its issuer are available. */
  readonly token?: TokenDiagnosis
}

interface DiagnoseOptions extends ScanOptions {
  /** A token that the application should accept. */
  readonly token: string | null
}

const PEPPER_FIX =
  'use the pepper that the store was prepared with; to change it: https://github.com/tokenward/tokenward/blob/main/docs/changing-the-pepper.md'

/** Checks a store as an application does when it starts, and changes nothing. */
export async function diagnose(
  options: TokenwardOptions,
  how: DiagnoseOptions,
): Promise<Diagnosis> {
  try {
    const { root, findings } = await prepare(options, { dryRun: true })
    if (root !== 'present') return { root, findings: [...findings, ROOT_FINDINGS[root]] }
    return { root, ...(await diagnosePrepared(options, findings, how)) }
  } catch (error) {
    const refused = findingsOf(error)
    if (refused === null) throw error
    return { findings: merge(await settingsFindings(options), refused) }
  }
}

async function diagnosePrepared(
  options: TokenwardOptions,
  findings: readonly Finding[],
  how: DiagnoseOptions,
): Promise<Diagnosis> {
  const { health, sealingKeys, judged } = await withTokenward(options, async (instance) => {
    const checked = await instance.health()
    const isUsable = checked.error === undefined
    const scanned =
      isUsable && options.sealing !== undefined && (await scanKeys(instance, options, checked, how))
    const { token } = how
    const judged = isUsable && token !== null && (await diagnoseToken(instance, token, options))
    return { health: checked, judged, ...scanned }
  })
  const { capabilities, latency, error } = health
  // The root record was there a moment ago, so this is no matter of settings.
  if (error !== undefined) throw error
  const keys = health.issuers.flatMap(issuerFindings)
  const merged = merge(findings, health.findings, missingKeyFindings(sealingKeys))
  return {
    capabilities,
    latency,
    findings: [...merged, ...keys, ...(judged ? judged.findings : [])],
    ...(!how.fromUrl && { signingKeys: health.signingKeys }),
    ...(sealingKeys && { sealingKeys }),
    ...(judged && judged.token !== undefined && { token: judged.token }),
  }
}

/** For an issuer whose tokens cannot be verified, now or soon. */
function issuerFindings({ issuer, error }: IssuerHealth): readonly Finding[] {
  if (error === undefined) return []
  const fix = 'check the issuer URL, and whether its keys can be reached from here'
  return [finding('keys-unavailable', `${issuer}: ${error.message}`, fix)]
}

const ROOT_FINDINGS: Readonly<Record<Exclude<Prepared['root'], 'present'>, Finding>> = {
  made: finding(
    'not-prepared',
    NOT_PREPARED,
    'check the name of the store; to create a new store run: tokenward migrate',
  ),
  replaced: finding(
    'corrupt-root',
    'the root record cannot be decoded, so every token is refused',
    'tokenward migrate, which replaces it and revokes everything issued before',
  ),
  raised: finding(
    'max-lifetime',
    'the lifetimes in the config are longer than the store keeps revocations',
    'tokenward migrate, or shorter lifetimes',
  ),
  leased: finding(
    'lease',
    'the lease in the config is not the one that revocations wait for',
    'tokenward migrate, or the lease that the store was prepared for',
  ),
}

/** The findings in an error; `null`: it does not concern settings. */
function findingsOf(error: unknown): readonly Finding[] | null {
  if (isTokenwardError(error, 'TOKENWARD_NOT_PREPARED')) {
    return [finding('not-prepared', error.message, 'run tokenward migrate of the matching version')]
  }
  if (!isTokenwardError(error, 'TOKENWARD_POLICY_REFUSED')) return null
  const { findings = [] } = error as { findings?: readonly Finding[] }
  if (findings.length > 0) return findings
  // The only refusal without findings: the root record was created with another pepper.
  return [finding('wrong-pepper', error.message, PEPPER_FIX)]
}

/** A refusal has only the findings that caused it; the operator wants all of them. */
async function settingsFindings({ repository }: TokenwardOptions): Promise<readonly Finding[]> {
  try {
    const findings = await repository.open()
    await repository.close()
    return findings
  } catch {
    return []
  }
}

function merge(...lists: readonly (readonly Finding[])[]): readonly Finding[] {
  return [...new Map(lists.flat().map((each) => [each.code, each])).values()]
}

function finding(code: string, message: string, fix: string): Finding {
  return { code, message, fix }
}
