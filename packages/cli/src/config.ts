import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { TokenwardOptions } from '@tokenward/core'
import { UsageError } from './usage-error.ts'

/** What a `tokenward.config.ts` exports by default. */
export type Config =
  | TokenwardOptions
  | Promise<TokenwardOptions>
  | (() => TokenwardOptions | Promise<TokenwardOptions>)

const NAMES = ['tokenward.config.ts', 'tokenward.config.mjs', 'tokenward.config.js'] as const

/** The config that is named, or the first of the usual names; `null`: there is none. */
export function findConfig(folder: string, named?: string): string | null {
  if (named === undefined) {
    return NAMES.map((name) => join(folder, name)).find((path) => existsSync(path)) ?? null
  }
  const path = resolve(folder, named)
  if (existsSync(path)) return path
  throw new UsageError('--config: there is no such file.')
}

export async function loadConfig(path: string): Promise<TokenwardOptions> {
  const options = await evaluated(path)
  if (typeof options === 'object' && options !== null && 'repository' in options) {
    return options as TokenwardOptions
  }
  throw new UsageError(
    `${path} must export TokenwardOptions by default, or a function of them: export default { issuer, keys, repository }`,
  )
}

async function evaluated(path: string): Promise<unknown> {
  try {
    const exported: unknown = Reflect.get(await import(pathToFileURL(path).href), 'default')
    return await (typeof exported === 'function' ? exported() : exported)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException | null)?.code === 'ERR_UNKNOWN_FILE_EXTENSION') {
      throw new UsageError(
        `Node ${process.versions.node} cannot read TypeScript: take Node 22.18 or later, or a tokenward.config.mjs.`,
      )
    }
    throw new UsageError(`${path} failed.`, { cause })
  }
}
