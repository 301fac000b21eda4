import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { UsageError } from '../exit-code.ts'

/** Imports a package of the user's project, or else one that is installed next to this one. */
export async function importInstalled(name: string, cwd: string): Promise<object> {
  const path =
    resolveFrom(name, pathToFileURL(join(cwd, 'package.json')).href) ??
    resolveFrom(name, import.meta.url)
  if (path === null) throw notInstalled(name, '')
  try {
    return (await import(pathToFileURL(path).href)) as object
  } catch (error) {
    // The adapter is installed, but a package that it needs is not.
    const missing = /^Cannot find (?:package|module) '([^']+)'/.exec(
      String((error as Error).message),
    )
    if (missing?.[1] !== undefined) throw notInstalled(missing[1], `, which ${name} needs,`)
    throw error
  }
}

function resolveFrom(name: string, from: string): string | null {
  try {
    return createRequire(from).resolve(name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return null
    throw error
  }
}

function notInstalled(name: string, which: string): UsageError {
  return new UsageError(`${name}${which} is not installed here: npm install ${name}`)
}
