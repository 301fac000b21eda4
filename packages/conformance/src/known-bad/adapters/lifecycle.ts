import type { TokenRepository } from '@tokenward/core'
import type { CallerOwned } from '../../harness/server-handle.ts'
import { interpose, replace } from '../../interceptors/intercept.ts'
import { keysOf } from './helpers.ts'
import { adapters, type KnownBadAdapter } from './known-bad-adapter.ts'
import { deleting } from './lost-records.ts'

/** Opening and closing. */
export const living: readonly KnownBadAdapter[] = adapters({
  'reopens-by-itself': {
    breaks: 'connects again when it is asked after close',
    namedCase: 'closed-repository',
    because: /read on a closed repository/,
    wrap: (inner) =>
      interpose(inner, {
        async read(pass, keys, signal) {
          await inner.open()
          return await pass(keys, signal)
        },
      }),
  },
  'opens-once': {
    breaks: 'cannot be opened again after close',
    namedCase: 'closed-repository',
    because: /opened again/,
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
    breaks: 'rejects when it is closed a second time',
    namedCase: 'closed-repository',
    because: /closed twice/,
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
    breaks: 'commits on close, and rejects where a transaction has read and not written',
    namedCase: 'closed',
    because: /an instance closes/,
    wrap: committing,
  },
  'forgets-at-close': {
    breaks: 'what it wrote goes when it closes',
    namedCase: 'closed-repository',
    because: /outlives who wrote it/,
    wrap: forgetting,
  },
  'closes-your-client': {
    breaks: 'closes the client that the caller gave it',
    namedCase: 'caller-owned',
    because: /the client of the caller is closed/,
    wrap: (inner) => inner,
    wrapOwned: closingClient,
  },
})

function forgetting(inner: TokenRepository): TokenRepository {
  const store = deleting(inner)
  const written = new Set<string>()
  const noting = interpose(store.repository, {
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
  const noting = interpose(inner, {
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
