import { InvalidInput } from '@tokenward/core/adapter'

/** Scope values, separated by single spaces (RFC 6749 §3.3). @throws `TOKENWARD_INVALID_INPUT` */
export function parseScope(path: string, value: unknown): string {
  if (typeof value === 'string' && value.length <= MAX_SCOPE_LENGTH && SCOPE.test(value)) {
    return value
  }
  throw new InvalidInput(path, 'must be scope values separated by single spaces (RFC 6749 §3.3).')
}

const MAX_SCOPE_LENGTH = 4096
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/

/** Text for a header: visible ASCII and spaces. @throws `TOKENWARD_INVALID_INPUT` */
export function parseHeaderText(path: string, value: unknown): string {
  if (typeof value === 'string' && /^[\x20-\x7e]{1,1024}$/.test(value)) return value
  throw new InvalidInput(path, 'must be 1 to 1,024 printable ASCII characters.')
}

/**
 * An https URL without credentials and fragment; a loopback host may use http.
 * @throws `TOKENWARD_INVALID_INPUT`
 */
export function parseUrl(path: string, value: unknown): string {
  const url = typeof value === 'string' || value instanceof URL ? URL.parse(value) : null
  if (url !== null && isSafe(url)) return url.href
  throw new InvalidInput(path, 'must be an https URL without user name, password and fragment.')
}

function isSafe({ protocol, hostname, username, password, hash }: URL): boolean {
  if (username !== '' || password !== '' || hash !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname))
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/** @throws `TOKENWARD_INVALID_INPUT` */
export function parseFunction<F extends (...args: never[]) => unknown>(
  path: string,
  value: unknown,
): F {
  if (typeof value === 'function') return value as F
  throw new InvalidInput(path, 'must be a function.')
}

/** @throws `TOKENWARD_INVALID_INPUT` */
export function parseBoolean(path: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw new InvalidInput(path, 'must be true or false.')
}

/**
 * Whether something has the methods of an instance that are needed: usually a promise of one was passed.
 * @throws `TOKENWARD_INVALID_INPUT`
 */
export function parseInstance<T extends object>(value: unknown, methods: readonly (keyof T)[]): T {
  if (typeof value === 'object' && value !== null) {
    const missing = methods.filter((each) => typeof Reflect.get(value, each) !== 'function')
    if (missing.length === 0) return value as T
  }
  throw new InvalidInput('tokens', 'must be an instance: await createTokenward(…).')
}
