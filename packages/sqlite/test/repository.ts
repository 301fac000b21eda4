import type { TokenRepository } from '@tokenward/core'
import { sqlite } from '../src/index.ts'
import { type Driver, type Handle, openHandle, SAFE } from './drivers.ts'

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
  const handle = reopening(() => openHandle(file, driver as Driver | undefined, [...safe, ...set]))
  const made = sqlite(handle, { namespace })
  const close = made.close.bind(made)
  // In one turn: the next `open()`, which may follow at once, is on a handle of its own.
  made.close = () => {
    const closed = close()
    handle.close()
    return closed
  }
  return made
}

/** A caller-owned handle that is closed is not opened again: this opens another one for the next statement. */
function reopening(open: () => Handle): Handle {
  let handle: Handle | null = null
  const current = (): Handle => {
    handle ??= open()
    return handle
  }
  return {
    prepare: (sql) => current().prepare(sql),
    exec: (sql) => current().exec(sql),
    close: () => {
      handle?.close()
      handle = null
    },
  }
}
