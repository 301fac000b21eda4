import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { coreSources } from '../paths.ts'

/** The file of the only maps of core that outlive an instance. */
export const recentMapFile: string = join(coreSources, 'recent-map.ts')

/**
 * The maps of core that remember what was decoded or verified, changed so that they begin anew with each run of a
 * test: what a mutant has put into one of them must not disturb the next.
 */
export function renewedMaps(): string {
  const content = readFileSync(recentMapFile, 'utf8')
  const original = content.replace('export class RecentMap', 'class OriginalMap')
  if (original === content) throw new Error(`${recentMapFile} has no class RecentMap`)
  return `${original}
class RenewedMap {
  #size
  #run
  #map
  constructor(size) {
    this.#size = size
  }
  #current() {
    const { run } = globalThis.__stryker__
    if (this.#map === undefined || this.#run !== run) this.#map = new OriginalMap(this.#size)
    this.#run = run
    return this.#map
  }
  get(key) {
    return this.#current().get(key)
  }
  set(key, value) {
    this.#current().set(key, value)
  }
  delete(key) {
    this.#current().delete(key)
  }
}
  export { RenewedMap as RecentMap }
`
}
