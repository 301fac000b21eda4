import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import type { Engine } from '../../harness/engine.ts'
import type { KnownBadEngine } from './known-bad-engine.ts'

/** Part of the URLs of a mutated core's modules, so that Node keeps them beside the original ones. */
const MARK = 'known-bad'

const loaded = new Map<string, KnownBadEngine>()

/**
 * Loads core once more, with the patches of a known-bad engine in its built files. They stay for the
 * life of the process, because core loads its operations on first use.
 * @throws Error a patch does not match: core has changed
 */
export async function loadEngine(bad: KnownBadEngine): Promise<Engine> {
  assertPatchesMatch(bad)
  const entry = import.meta.resolve('@tokenward/core')
  if (loaded.size === 0) hook(new URL('.', entry).href)
  loaded.set(bad.name, bad)
  return (await import(marked(entry, bad.name))) as Engine
}

/** @throws Error a patch does not match: core has changed */
export function assertPatchesMatch(bad: KnownBadEngine): void {
  const entry = import.meta.resolve('@tokenward/core')
  for (const { file } of bad.patches) patched(new URL(file, entry), bad)
}

function hook(core: string): void {
  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context)
      const name = markOf(context.parentURL)
      if (name === null || !found.url.startsWith(core)) return found
      return { ...found, url: marked(found.url, name) }
    },
    load(url, context, next) {
      const bad = loaded.get(markOf(url) ?? '')
      if (bad === undefined) return next(url, context)
      return { format: 'module', source: patched(new URL(url), bad), shortCircuit: true }
    },
  })
}

/** The text of a module, with the patches of the engine. */
function patched(module: URL, { name, patches }: KnownBadEngine): string {
  let source = readFileSync(module, 'utf8')
  for (const { file, find, replace } of patches) {
    if (!module.pathname.endsWith(`/${file}`)) continue
    const pieces = source.split(find)
    if (pieces.length !== 2) throw new Error(`${name}: ${file} has ${pieces.length - 1} × ${find}`)
    source = pieces.join(replace)
  }
  return source
}

function marked(url: string, name: string): string {
  return `${url}?${MARK}=${name}`
}

function markOf(url: string | undefined): string | null {
  return url === undefined ? null : new URL(url).searchParams.get(MARK)
}
