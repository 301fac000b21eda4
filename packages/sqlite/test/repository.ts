import type { TokenRepository } from '@tokenward/core'
import { sqlite } from '../src/index.ts'
import { type Driver, openHandle, SAFE } from './drivers.ts'

/**
 * What the conformance suite opens. The URL is a file's name; `#driver=better-sqlite3` passes a handle of that
 * driver, and `#synchronous=OFF` one with that pragma.
 */
export default function repository(url: string, namespace: string): TokenRepository {
  const [file = '', settings] = url.split('#')
  if (settings === undefined) return sqlite(file, { namespace })
  const { driver, ...pragmas } = Object.fromEntries(new URLSearchParams(settings))
  const safe = driver === undefined ? [] : SAFE
  const set = Object.entries(pragmas).map(([name, value]) => `${name} = ${value}`)
  const handle = openHandle(file, driver as Driver | undefined, [...safe, ...set])
  const made = sqlite(handle, { namespace })
  const close = made.close.bind(made)
  let isOpen = true
  made.close = async () => {
    await close()
    // `close()` may be called again; that of a driver may not.
    if (isOpen) handle.close()
    isOpen = false
  }
  return made
}
