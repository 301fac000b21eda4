import { openSync } from 'node:fs'
import { devNull } from 'node:os'
import type { TokenRepository } from '@tokenward/core'
import type { CallerOwned } from '../../harness/server-handle.ts'
import { intercept, replace } from '../../interceptors/intercept.ts'
import { keysOf } from './helpers.ts'
import { defineAdapters, type KnownBadAdapter } from './known-bad-adapter.ts'
import { deleting } from './lost-records.ts'

/** Opening and closing. */
export const lifecycle: readonly KnownBadAdapter[] = defineAdapters({
  'reopens-after-close': {
    mutation: 'connects again when it is called after close',
    caughtBy: 'closed-repository',
    failureMatches: /read on a closed repository/,
    wrap: (inner) =>
      intercept(inner, {
        async read(pass, keys, signal) {
          await inner.open()
          return await pass(keys, signal)
        },
      }),
  },
  'opens-once': {
    mutation: 'cannot be opened again after close',
    caughtBy: 'closed-repository',
    failureMatches: /opened again/,
    wrap(inner) {
      let ended = false
      return replace(inner, {
        open: async () => {
          if (ended) throw new Error('the pool has ended')
          return await inner.open()
        },
        close: async () => {
          ended = true
          await inner.close()
        },
      })
    },
  },
  'closes-once': {
    mutation: 'rejects when it is closed a second time',
    caughtBy: 'closed-repository',
    failureMatches: /closed twice/,
    wrap(inner) {
      let ended = false
      return replace(inner, {
        close: async () => {
          if (ended) throw new Error('the pool has ended')
          ended = true
          await inner.close()
        },
      })
    },
  },
  'commits-on-close': {
    mutation: 'commits on close, and rejects if a transaction has read and not written',
    caughtBy: 'closed',
    failureMatches: /an instance closes/,
    wrap: committing,
  },
  'files-left-open': {
    mutation: 'opens a file that close() does not close',
    caughtBy: 'nothing-left-open',
    failureMatches: /after \d+ sessions/,
    wrap: (inner) =>
      replace(inner, {
        open: async () => {
          openSync(devNull, 'r')
          return await inner.open()
        },
      }),
  },
  'dry-run-migrates': {
    mutation: 'a dry run of migrate() makes the schema',
    caughtBy: 'dry-migration',
    failureMatches: /after a dry run/,
    wrap: (inner) =>
      replace(inner, {
        migrate: async () => {
          const statements = await inner.migrate?.(true)
          await inner.migrate?.(false)
          return statements ?? []
        },
      }),
  },
  'data-lost-at-close': {
    mutation: 'its writes are lost when it closes',
    caughtBy: 'closed-repository',
    failureMatches: /outlives its writer/,
    wrap: eviction,
  },
  'closes-caller-owned-client': {
    mutation: 'closes the caller-owned client',
    caughtBy: 'caller-owned',
    failureMatches: /the client of the caller is closed/,
    wrap: (inner) => inner,
    wrapOwned: closingClient,
  },
})

function eviction(inner: TokenRepository): TokenRepository {
  const store = deleting(inner)
  const written = new Set<string>()
  const noting = intercept(store.repository, {
    write(pass, writes, signal) {
      for (const key of keysOf(writes)) written.add(key)
      return pass(writes, signal)
    },
  })
  return replace(noting, {
    close: async () => {
      const keys = [...written]
      written.clear()
      const signal = AbortSignal.timeout(1_000)
      for (const key of keys) await store.delete(key, signal).catch(() => undefined)
      await inner.close()
    },
  })
}

function closingClient(owned: CallerOwned): CallerOwned {
  let isClosed = false
  const dispose = async () => {
    if (!isClosed) await owned.dispose()
    isClosed = true
  }
  const close = async () => {
    await owned.repository.close()
    await dispose()
  }
  return {
    repository: replace(owned.repository, { close }),
    use: () => owned.use(),
    listeners: () => owned.listeners(),
    dispose,
  }
}

function committing(inner: TokenRepository): TokenRepository {
  const did = { read: false, write: false }
  const noting = intercept(inner, {
    read(pass, keys, signal) {
      did.read = true
      return pass(keys, signal)
    },
    write(pass, writes, signal) {
      did.write = true
      return pass(writes, signal)
    },
  })
  return replace(noting, {
    close: async () => {
      await inner.close()
      if (did.read && !did.write) throw new Error('there is nothing to commit')
    },
  })
}
