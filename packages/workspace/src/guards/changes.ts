import type { Guard } from './guard.ts'

const cutoff = 'core/src/transitions/cutoff.ts'
const tokens = 'core/src/transitions/token.ts'
const change = 'core/src/store/change.ts'
const rotate = 'core/src/engine/rotate.ts'
const policy = 'core/src/policy/policy.ts'

/** Guards of what is changed, and of who won. */
export const changes: readonly Guard[] = [
  {
    case: 'late-save',
    file: 'core/src/engine/save.ts',
    find: 'write: { record, expected: null }',
    replace: 'write: { record, expected: seen.get(found.tokenKey)?.etag ?? null }',
  },
  {
    case: 'revoke-before-save',
    file: 'core/src/engine/save.ts',
    find: 'if (!decision.active) {',
    replace: "if (!decision.active && decision.reason !== 'revoked') {",
  },
  {
    case: 'rotate-race',
    file: 'memory/src/repository.ts',
    find: 'if (etag !== expected) return false',
    replace: '',
  },
  {
    case: 'consume-race',
    file: 'memory/src/repository.ts',
    find: 'if (etag !== expected) return false',
    replace: '',
  },
  {
    case: 'rotation-chain',
    file: 'core/src/engine/minting.ts',
    find: 'jti: `${draft.family}.${draft.tw.n}`',
    replace: 'jti: draft.family, sid2: draft.tw.n',
  },
  {
    case: 'revoke-vs-rotate',
    file: 'core/src/engine/successor.ts',
    find: 'e: tw?.e ?? {}, a: tw?.a ?? {} }',
    replace: 'e: birthUnder(obtained.cutoffs).e, a: {} }',
  },
  {
    case: 'overlapping-issue',
    file: 'core/src/engine/issue.ts',
    find: 'const birth = birthUnder(cutoffs)',
    replace: 'const birth = { get e() { return {} }, get a() { return {} } }',
  },
  {
    case: 'double-revoke',
    file: tokens,
    find: "if (found.record.state === 'revoked') return null",
    replace: '',
  },
  {
    case: 'win-back',
    file: 'core/src/engine/consume.ts',
    find: 'return consumed?.id === id ||',
    replace: 'return',
  },
  {
    case: 'late-duplicate',
    file: 'memory/src/repository.ts',
    find: 'if (etag !== expected) return false',
    replace: '',
  },
  {
    case: 'cover',
    file: cutoff,
    find: "if (ask.kind === 'access' && epochStands && current.accessEpoch === seen.accessEpoch) {",
    replace: "if (ask.kind === 'access' && epochStands && current === seen) {",
  },
  {
    case: 'prune-metamorphic',
    file: policy,
    find: 'return at + longest + policy.leeway',
    replace: 'return at + policy.leeway',
  },
  {
    case: 'long-ttl',
    file: policy,
    find: 'return Math.ceil(expiresAt) + policy.leeway',
    replace:
      'return Math.min(Math.ceil(expiresAt), policy.clock() + 2_592_000_000) + policy.leeway',
  },
  {
    case: 'unknown-writes',
    file: change,
    find: 'if (failures > 0) await pause',
    replace: 'if (failures > 1e9) await pause',
  },
  {
    case: 'revoke-starvation',
    file: 'core/src/engine/revoke-scope.ts',
    find: 'const keys = new Set([naming.root, key])',
    replace:
      'const keys = new Set([naming.root, key]); await new Promise((go) => setTimeout(go, 2000))',
  },
  {
    case: 'batch-shape',
    file: 'core/src/store/batcher.ts',
    find: 'return this.#shares || more.every(([key]) => !items.has(key))',
    replace: 'return true',
  },
  {
    case: 'join-after-send',
    file: 'core/src/store/batcher.ts',
    find: 'for (const batch of open) batch.send()',
    replace: 'for (const batch of open) { batch.send(); if (this.#shares) this.#open.push(batch) }',
  },
  {
    case: 'order-of-reads',
    file: 'core/src/store/answers.ts',
    find: "if (record !== null && record?.key !== key) throw fault('read', 'records in the order asked')",
    replace: '',
  },
  {
    case: 'access-only',
    file: rotate,
    find: 'cutoffs: evidence.cutoffs }',
    replace: 'cutoffs: evidence.cutoffs, ...{ at: 0 } }',
  },
]
