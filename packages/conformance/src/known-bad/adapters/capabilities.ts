import type { TokenRepository } from '@tokenward/core'
import { intercept, replace } from '../../interceptors/intercept.ts'
import { keysOf, perNamespace } from './helpers.ts'
import { defineAdapters, type KnownBadAdapter } from './known-bad-adapter.ts'

type Watch = NonNullable<TokenRepository['watch']>

const reportedFindings = perNamespace(() => new Set<string>())
const watchers = perNamespace(() => new Set<(key: string) => void>())

/** Claims that an adapter does not keep. */
export const capabilities: readonly KnownBadAdapter[] = defineAdapters({
  'watch-missing': {
    mutation: 'claims to watch, and cannot',
    caughtBy: 'claimed-members',
    failureMatches: /^watch/,
    wrap: (inner) =>
      replace(inner, {
        watch: undefined,
        capabilities: { ...inner.capabilities, notifications: true },
      }),
  },
  'watch-silent': {
    mutation: 'claims to watch, and never reports a change',
    caughtBy: 'watch-notifications',
    failureMatches: /no notification of a change/,
    wrap: (inner) => notifications(inner, async () => async () => {}),
  },
  'replacements-not-reported': {
    mutation: 'reports the first change of a record, and no later one',
    caughtBy: 'watch-notifications',
    failureMatches: /no notification of a change/,
    wrap: (inner) =>
      notifications(inner, (watch, changed) => {
        const reported = new Set<string>()
        return watch((key) => {
          if (!reported.has(key)) changed(key)
          reported.add(key)
        })
      }),
  },
  'watch-never-stops': {
    mutation: 'continues to report changes after it was stopped',
    caughtBy: 'watch-notifications',
    failureMatches: /a notification after the end/,
    wrap: (inner) =>
      notifications(inner, async (watch, changed) => {
        await watch(changed)
        return async () => {}
      }),
  },
  'no-findings': {
    mutation: 'does not check the live settings when it opens',
    caughtBy: 'unsafe-config',
    failureMatches: /is not refused/,
    wrap: (inner) => replace(inner, { open: async () => (await inner.open()).slice(0, 0) }),
  },
  'findings-once': {
    mutation: 'returns its findings to the first repository of a process, and to no other',
    caughtBy: 'unsafe-config',
    failureMatches: /is not refused to a second instance/,
    wrap(inner) {
      const reported = reportedFindings(inner)
      const open: TokenRepository['open'] = async () => {
        const findings = (await inner.open()).filter(({ code }) => !reported.has(code))
        for (const { code } of findings) reported.add(code)
        return findings
      }
      return replace(inner, { open })
    },
  },
  'namespace-trimmed': {
    mutation: 'trims namespaces, so that two become one',
    caughtBy: 'isolation',
    failureMatches: /the same name another in each namespace/,
    wrap: (inner) => replace(inner, { namespace: inner.namespace.trim() }),
  },
  'namespace-normalized': {
    mutation: 'normalizes the Unicode of namespaces, so that two become one',
    caughtBy: 'isolation',
    failureMatches: /the same name another in each namespace/,
    wrap: (inner) => replace(inner, { namespace: inner.namespace.normalize('NFC') }),
  },
  'namespace-cut': {
    mutation: 'cuts namespaces after 8 characters, so that several become one',
    caughtBy: 'isolation',
    failureMatches: /the same name another in each namespace/,
    wrap: (inner) => replace(inner, { namespace: inner.namespace.slice(0, 8) }),
  },
  'namespace-ignored': {
    mutation: 'uses the default namespace, whatever it was given',
    caughtBy: 'isolation',
    failureMatches: /the same name another in each namespace/,
    wrap: (inner) => replace(inner, { namespace: 'default' }),
  },
})

/** A repository whose `watch` is `by`; if it has no watch, its own writes are the notifications. */
function notifications(
  inner: TokenRepository,
  by: (watch: Watch, changed: (key: string) => void) => ReturnType<Watch>,
): TokenRepository {
  const { repository, watch } = watchable(inner)
  return replace(repository, {
    capabilities: { ...inner.capabilities, notifications: true },
    watch: (changed: (key: string) => void) => by(watch, changed),
  })
}

function watchable(inner: TokenRepository): { repository: TokenRepository; watch: Watch } {
  if (inner.watch) return { repository: inner, watch: inner.watch.bind(inner) }
  const all = watchers(inner)
  const telling = intercept(inner, {
    async write(pass, writes, signal) {
      const answers = await pass(writes, signal)
      for (const key of keysOf(writes)) for (const changed of all) changed(key)
      return answers
    },
  })
  const watch: Watch = async (changed) => {
    all.add(changed)
    return async () => void all.delete(changed)
  }
  return { repository: telling, watch }
}
