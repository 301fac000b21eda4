import type { Guard } from './guard.ts'

const store = 'core/src/store/store.ts'

/** Guards of what comes in, what goes out, and what a backend may claim. */
export const boundary: readonly Guard[] = [
  {
    case: 'unsafe-config',
    file: 'core/src/policy/admission.ts',
    find: "if (left.retention === 'durable') return left",
    replace: 'if (left) return left',
  },
  {
    case: 'finding-told',
    file: 'core/src/policy/admission.ts',
    find: 'relevant.length > 0 ? relevant',
    replace: 'relevant.length > 9 ? relevant',
  },
  {
    case: 'capabilities-honest',
    file: 'core/src/policy/admission.ts',
    find: "if (left.retention === 'durable') return left",
    replace: 'if (left) return left',
  },
  {
    case: 'fail-open-explicit',
    file: 'core/src/engine/verify.ts',
    find: 'if (!policy.failOpen || !(error instanceof StoreUnavailable)) throw error',
    replace: 'if (!(error instanceof StoreUnavailable)) throw error',
  },
  {
    case: 'hostile-ids',
    file: 'core/src/naming/naming.ts',
    find: '`${part.length}:${part}`',
    replace: '`${part}`',
  },
  {
    case: 're-encoded-token',
    file: 'core/src/jwt/authenticator.ts',
    find: '? this.#naming.tokenByInput(issuer, input)',
    replace: '? this.#naming.tokenByInput(issuer, token)',
  },
  {
    case: 'log-canary',
    file: 'core/src/transitions/token.ts',
    find: "return recordOf(facts, 'active', { ...facts.body, id })",
    replace: "return recordOf(facts, 'active', { ...facts.body, id, ...{ jti: facts } })",
  },
  {
    case: 'poisoned-bytes',
    file: store,
    find: 'const known = isTokenwardError(cause)',
    replace: 'const known = false',
  },
  {
    case: 'listing',
    file: 'memory/src/repository.ts',
    find: 'record.key > after',
    replace: 'record.key >= after',
  },
  {
    case: 'listed-verdicts',
    file: 'core/src/engine/list.ts',
    find: 'active: decision.active,',
    replace: 'active: true,',
  },
  {
    case: 'closed',
    file: 'core/src/engine/create.ts',
    find: 'closing ? Promise.reject(closed) : watch',
    replace: 'watch',
  },
  {
    case: 'isolation',
    file: 'core/src/naming/naming.ts',
    find: 'this.#digest(joined([FORMAT, this.#namespace, kind, ...parts]))',
    replace: 'this.#digest(joined([FORMAT, kind, ...parts]))',
  },
  {
    case: 'undefined-target',
    file: 'core/src/input/target.schema.ts',
    find: 'subject: v.exactOptional(name)',
    replace: 'subject: v.optional(name)',
  },
  {
    case: 'no-uncaught',
    file: 'core/src/store/batcher.ts',
    find: 'promise.catch(() => undefined)',
    replace: '',
  },
  {
    case: 'prune-under-load',
    file: 'memory/src/repository.ts',
    find: 'record.retainUntil <= now',
    replace: 'record.retainUntil <= now + 2_592_000_000',
  },
]
