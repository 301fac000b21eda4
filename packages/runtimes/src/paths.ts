import { join, resolve } from 'node:path'

export const packagesFolder: string = resolve(import.meta.dirname, '../..')

/** A folder for what can be made again. */
export function cacheFolder(name: string): string {
  return join(packagesFolder, 'runtimes/node_modules/.cache', name)
}
