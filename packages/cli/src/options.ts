import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { generateKeys, type TokenwardOptions } from '@tokenward/core'
import { durationOf } from './arguments/durations.ts'
import type { KEYS, SCOPE, STORE, Values } from './arguments/options.ts'
import { findConfig, loadConfig } from './config.ts'
import type { Io } from './io.ts'
import { keysIn } from './key-files.ts'
import type { Absent } from './stores/file.ts'
import { repositoryOf } from './stores/open.ts'
import { passwordsOf } from './stores/schemes.ts'
import { UsageError } from './usage-error.ts'

export type StoreValues = Values<typeof STORE & typeof KEYS & Pick<typeof SCOPE, 'issuer'>>

export interface Found {
  readonly options: TokenwardOptions
  /** With a store alone nothing is known of the application: neither its issuer nor its keys. */
  readonly alone: boolean
}

export interface Wanted {
  readonly absent?: Absent
  /** Options of core that a store alone does not bring, other than their defaults. */
  readonly alone?: Partial<TokenwardOptions>
}

/** Stands where a command asks nothing of any issuer: reserved by RFC 2606, so nobody's. */
const NOBODY = 'https://nobody.invalid'

/**
 * L, which a store was prepared for, is not raised by who only looks: the shortest always fits.
 * Nothing is issued by these; what is revoked is kept by the store's own L.
 */
const SHORTEST = { access: '1ms', refresh: '1ms', session: '1ms' } as const

/** What core needs: from the project's config, or for a store by itself. */
export async function optionsFor(values: StoreValues, io: Io, wanted: Wanted = {}): Promise<Found> {
  if (values.store !== undefined && values.config !== undefined) {
    throw new UsageError('--store or --config: one of them.')
  }
  const deadline = values.deadline && { deadline: durationOf('deadline', values.deadline) }
  if (values.store !== undefined) {
    const options = await storeAlone(values, values.store, io, wanted)
    return { options: { ...options, ...(deadline || { deadline: '10s' }) }, alone: true }
  }
  const path = findConfig(io.folder, values.config)
  if (path === null) {
    throw new UsageError('Which store? Add --store URL, or write a tokenward.config.ts here.')
  }
  for (const name of ['namespace', 'pepper-file', 'keys'] as const) {
    if (values[name] !== undefined) {
      throw configSaysIt(name)
    }
  }
  return { options: { ...(await loadConfig(path)), ...(deadline || {}) }, alone: false }
}

async function storeAlone(
  values: StoreValues,
  url: string,
  io: Io,
  { absent = 'refuse', alone = {} }: Wanted,
): Promise<TokenwardOptions> {
  const { folder } = io
  for (const password of passwordsOf(url)) io.hide(password)
  const pepperFile = values['pepper-file']
  return {
    issuer: values.issuer ?? NOBODY,
    // A pair that is thrown away: whoever verifies nothing needs no key, but core wants one.
    keys: values.keys ? keysIn(values.keys, folder) : await generateKeys(),
    repository: await repositoryOf({ url, folder, namespace: values.namespace, absent }),
    lifetimes: SHORTEST,
    ...(pepperFile !== undefined && { pepper: pepperIn(resolve(folder, pepperFile)) }),
    ...alone,
  }
}

/** An option that would contradict the config, or be ignored beside it. */
export function configSaysIt(option: string): UsageError {
  return new UsageError(`--${option} goes with --store alone: here the config says it.`)
}

function pepperIn(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path))
  } catch (cause) {
    throw new UsageError('--pepper-file cannot be read: check its name and its rights.', { cause })
  }
}
