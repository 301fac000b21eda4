import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { TokenwardOptions } from '@tokenward/core'
import { UsageError } from './exit-code.ts'

/** The default export of a `tokenward.config.ts`. */
export type Config =
  | TokenwardOptions
  | Promise<TokenwardOptions>
  | (() => TokenwardOptions | Promise<TokenwardOptions>)

const NAMES = ['tokenward.config.ts', 'tokenward.config.mjs', 'tokenward.config.js'] as const

/** The path of the config that is named, or of the first default name that exists; else `null`. */
export function findConfig(cwd: string, named?: string): string | null {
  if (named === undefined) {
    return NAMES.map((name) => join(cwd, name)).find((path) => existsSync(path)) ?? null
  }
  const path = resolve(cwd, named)
  if (existsSync(path)) return path
  throw new UsageError('--config: file not found.')
}

export async function loadConfig(path: string): Promise<TokenwardOptions> {
  const options = await importConfig(path)
  if (typeof options === 'object' && options !== null && 'repository' in options) {
    return options as TokenwardOptions
  }
  throw new UsageError(
    `${path}: the default export must be TokenwardOptions, or a function that returns them: export default { issuer, keys, repository }`,
  )
}

async function importConfig(path: string): Promise<unknown> {
  try {
    const exported: unknown = Reflect.get(await import(pathToFileURL(path).href), 'default')
    return await (typeof exported === 'function' ? exported() : exported)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException | null)?.code === 'ERR_UNKNOWN_FILE_EXTENSION') {
      throw new UsageError(
        `Node ${process.versions.node} cannot read TypeScript: use Node 22.18 or later, or a tokenward.config.mjs.`,
      )
    }
    throw new UsageError(`${path} failed.`, { cause })
  }
}
