import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

/** Versions by the names of packages. */
export type Versions = Readonly<Record<string, string>>

/** A version, and not a range. */
const EXACT = /^\d+\.\d+\.\d+$/
const OURS = /^@tokenward\//

/** What the packages of the workspace are built and tested with. */
export function catalogVersions(root: string): Versions {
  const settings = parse(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8'))
  return (settings as { readonly catalog: Versions }).catalog
}

/**
 * The versions of the development tools that are not ours. The newest ones are not what a rehearsal tests, and
 * a registry that copies npm can lack a part of them.
 * @throws Error for a tool that has no exact version in the catalog
 */
export function pinsOf(tools: readonly string[], catalog: Versions): Versions {
  const pins = tools
    .filter((name) => !OURS.test(name))
    .map((name) => [name, exactVersion(name, catalog)])
  return Object.fromEntries(pins)
}

function exactVersion(name: string, catalog: Versions): string {
  const version = catalog[name]
  if (version !== undefined && EXACT.test(version)) return version
  throw new Error(`${name} has no exact version in the catalog of pnpm-workspace.yaml`)
}
