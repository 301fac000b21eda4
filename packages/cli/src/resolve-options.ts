import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { generateKeys, type TokenwardOptions } from '@tokenward/core'
import type { KEYS, SCOPE, SEALING, STORE, Values } from './arguments/spec.ts'
import { parseDuration } from './arguments/values.ts'
import { findConfig, loadConfig } from './config.ts'
import { UsageError } from './exit-code.ts'
import type { Io } from './io.ts'
import { readKeys } from './key-files.ts'
import { readSealingKeys } from './sealing-key-files.ts'
import type { IfMissing } from './stores/file.ts'
import { createRepository } from './stores/open.ts'
import { passwordsIn } from './stores/parse-url.ts'

export type StoreValues = Values<
  typeof STORE & typeof KEYS & typeof SEALING & Pick<typeof SCOPE, 'issuer'>
>

export interface ResolvedOptions {
  readonly options: TokenwardOptions
  /** The store was named by `--store`: the application's issuer and keys are unknown. */
  readonly fromUrl: boolean
}

export interface OptionDefaults {
  /** @default 'refuse' */
  readonly ifMissing?: IfMissing
  /** Options of core that a command needs with `--store`, in place of the defaults here. */
  readonly withUrl?: Partial<TokenwardOptions>
}

/** Used by commands that concern no issuer. RFC 2606 reserves `.invalid`, so it is never a real one. */
const UNUSED_ISSUER = 'https://issuer.invalid'

/**
 * A store is prepared for a maximum lifetime, and longer ones would raise it: the shortest never do.
 * The tool issues no tokens, and revocations are kept for the store's own maximum.
 */
const SHORTEST_LIFETIMES = { access: '1ms', refresh: '1ms', session: '1ms' } as const

/**
 * The leeway and clock skew of the application are unknown when only its store is. Larger values only
 * retain the revocation longer.
 */
export const LARGEST_CLOCK_TOLERANCES: Partial<TokenwardOptions> = { leeway: '60s', skew: '15m' }

/** The options of core, from the project's config or for the store that `--store` names. */
export async function resolveOptions(
  values: StoreValues,
  io: Io,
  defaults: OptionDefaults = {},
): Promise<ResolvedOptions> {
  if (values.store !== undefined && values.config !== undefined) {
    throw new UsageError('--store and --config do not go together: use one of them.')
  }
  const deadline = values.deadline && { deadline: parseDuration('deadline', values.deadline) }
  if (values.store !== undefined) {
    const options = await optionsFromUrl(values, values.store, io, defaults)
    return { options: { ...options, ...(deadline || { deadline: '10s' }) }, fromUrl: true }
  }
  const path = findConfig(io.cwd, values.config)
  if (path === null) {
    throw new UsageError('No store: add --store URL, or create a tokenward.config.ts here.')
  }
  for (const name of ['namespace', 'pepper-file', 'keys'] as const) {
    if (values[name] !== undefined) throw conflictsWithConfig(name)
  }
  const config = await loadConfig(path)
  const sealing = sealingFromFiles(values, io)
  if (sealing.sealing !== undefined && config.sealing !== undefined) {
    throw new UsageError(
      "--key-file cannot be used with a config file that has the option 'sealing'; add the keys there.",
    )
  }
  return { options: { ...config, ...sealing, ...(deadline || {}) }, fromUrl: false }
}

function sealingFromFiles(values: StoreValues, io: Io): Pick<TokenwardOptions, 'sealing'> {
  const names = values['key-file']
  return names === undefined ? {} : { sealing: readSealingKeys(names, io) }
}

async function optionsFromUrl(
  values: StoreValues,
  url: string,
  io: Io,
  { ifMissing = 'refuse', withUrl = {} }: OptionDefaults,
): Promise<TokenwardOptions> {
  const { cwd } = io
  for (const password of passwordsIn(url)) io.redact(password)
  const pepperFile = values['pepper-file']
  return {
    issuer: values.issuer ?? UNUSED_ISSUER,
    // Core requires keys; a command that verifies nothing gets a pair that is thrown away.
    keys: values.keys ? readKeys(values.keys, cwd) : await generateKeys(),
    repository: await createRepository({ url, cwd, namespace: values.namespace, ifMissing }),
    lifetimes: SHORTEST_LIFETIMES,
    ...sealingFromFiles(values, io),
    ...(pepperFile !== undefined && { pepper: readPepper(resolve(cwd, pepperFile)) }),
    ...withUrl,
  }
}

/** For an option that would contradict the config, or be ignored. */
export function conflictsWithConfig(option: string): UsageError {
  return new UsageError(`--${option} cannot be used with a config file; set it there.`)
}

function readPepper(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path))
  } catch (cause) {
    throw new UsageError('--pepper-file cannot be read: check its name and permissions.', { cause })
  }
}
