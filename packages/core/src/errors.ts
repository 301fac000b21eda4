import type { Finding } from './adapter/capabilities.ts'

/** The codes of all errors that Tokenward throws. They are stable. */
export type ErrorCode = `TOKENWARD_${
  | 'STORE_UNAVAILABLE'
  | 'WRITE_INDETERMINATE'
  | 'KEYS_UNAVAILABLE'
  | 'POLICY_REFUSED'
  | 'UNSUPPORTED_OPERATION'
  | 'NOT_PREPARED'
  | 'INVALID_INPUT'
  | 'ADAPTER_FAULT'
  | 'CLOSED'}`

/** The address of each code is below that of the documentation. */
const ERRORS_PAGE = 'https://tokenward.dev/errors'

function urlOf(code: ErrorCode): string {
  return `${ERRORS_PAGE}#${code.toLowerCase()}`
}

/**
 * The base class of all errors that Tokenward throws. The message tells what is wrong and what to do,
 * and never contains a secret. Recognize errors by `code`, with {@link isTokenwardError}.
 */
export abstract class TokenwardError extends Error {
  abstract readonly code: ErrorCode
  /** Where the code is documented: what it means, and what to do. */
  abstract readonly url: string
  /** Whether the same call may succeed later, unchanged. */
  readonly retryable: boolean = false

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
  }
}

/**
 * The store failed or did not answer within the deadline, so no token was accepted. Retry later, or
 * respond with HTTP 503.
 */
export class StoreUnavailable extends TokenwardError {
  override readonly name: string = 'StoreUnavailable'
  readonly code: 'TOKENWARD_STORE_UNAVAILABLE' | 'TOKENWARD_WRITE_INDETERMINATE' =
    'TOKENWARD_STORE_UNAVAILABLE'
  readonly url: string = urlOf(this.code)
  override readonly retryable = true
}

/**
 * A write may or may not have happened: the reply was lost or late. Repeat the call: a revocation, an
 * `issue`, a `consume` with the same `idempotencyKey`, a `rotate` within the grace period. After
 * `updateData` read the data first.
 */
export class WriteIndeterminate extends StoreUnavailable {
  override readonly name: string = 'WriteIndeterminate'
  override readonly code = 'TOKENWARD_WRITE_INDETERMINATE'
  override readonly url: string = urlOf(this.code)
}

/**
 * The keys of an issuer cannot be fetched, or none of them can verify, so signatures could not be
 * checked; or a key management service did not sign, wrap or unwrap. Retry later, or respond with HTTP 503.
 */
export class KeysUnavailable extends TokenwardError {
  override readonly name: string = 'KeysUnavailable'
  readonly code = 'TOKENWARD_KEYS_UNAVAILABLE'
  readonly url: string = urlOf(this.code)
  override readonly retryable = true
}

/**
 * The store, with its current settings, cannot guarantee your policy, or it was prepared for other
 * options. `findings` name each cause and its fix.
 */
export class PolicyRefused extends TokenwardError {
  override readonly name: string = 'PolicyRefused'
  readonly code = 'TOKENWARD_POLICY_REFUSED'
  readonly url: string = urlOf(this.code)
  /** Each cause, with its evidence and its fix. */
  readonly findings: readonly Finding[]

  constructor(message: string, findings: readonly Finding[] = []) {
    super([message, ...findings.map((f) => `${f.code}: ${f.message}. Fix: ${f.fix}`)].join('\n'))
    this.findings = findings
  }
}

/** The store has no such capability, or this configuration does not allow the call. */
export class UnsupportedOperation extends TokenwardError {
  override readonly name: string = 'UnsupportedOperation'
  readonly code = 'TOKENWARD_UNSUPPORTED_OPERATION'
  readonly url: string = urlOf(this.code)
}

/** The schema or the root record is missing, or is of another version: run {@link prepare}. */
export class NotPrepared extends TokenwardError {
  override readonly name: string = 'NotPrepared'
  readonly code = 'TOKENWARD_NOT_PREPARED'
  readonly url: string = urlOf(this.code)
}

/** An argument is wrong; `path` names the property. Nothing was sent to the store. */
export class InvalidInput extends TokenwardError {
  override readonly name: string = 'InvalidInput'
  readonly code = 'TOKENWARD_INVALID_INPUT'
  readonly url: string = urlOf(this.code)
  /** The property, as in `lifetimes.access`. Empty for the argument itself. */
  readonly path: string

  constructor(path: string, message: string, cause?: unknown) {
    super(path === '' ? message : `${path}: ${message}`, cause)
    this.path = path
  }
}

/** An adapter broke its contract, and its reply was refused. Report it to the adapter's authors. */
export class AdapterFault extends TokenwardError {
  override readonly name: string = 'AdapterFault'
  readonly code = 'TOKENWARD_ADAPTER_FAULT'
  readonly url: string = urlOf(this.code)
}

/** The instance was closed before or during the call. Create another one. */
export class Closed extends TokenwardError {
  override readonly name: string = 'Closed'
  readonly code = 'TOKENWARD_CLOSED'
  readonly url: string = urlOf(this.code)
}

/** The error of each code, for {@link isTokenwardError}. */
interface ErrorByCode {
  TOKENWARD_STORE_UNAVAILABLE: StoreUnavailable
  TOKENWARD_WRITE_INDETERMINATE: WriteIndeterminate
  TOKENWARD_KEYS_UNAVAILABLE: KeysUnavailable
  TOKENWARD_POLICY_REFUSED: PolicyRefused
  TOKENWARD_UNSUPPORTED_OPERATION: UnsupportedOperation
  TOKENWARD_NOT_PREPARED: NotPrepared
  TOKENWARD_INVALID_INPUT: InvalidInput
  TOKENWARD_ADAPTER_FAULT: AdapterFault
  TOKENWARD_CLOSED: Closed
}

/**
 * Whether an error is Tokenward's and, where you give a `code`, has that code. Use it instead of
 * `instanceof`: it also recognizes the errors of a second installed copy.
 * @example
 * if (isTokenwardError(error, 'TOKENWARD_INVALID_INPUT')) console.error(error.path)
 */
export function isTokenwardError<C extends ErrorCode = ErrorCode>(
  error: unknown,
  code?: C,
): error is ErrorByCode[C] {
  if (!(error instanceof Error) || !('code' in error)) return false
  return code === undefined
    ? String(error.code).startsWith('TOKENWARD_') && 'retryable' in error
    : error.code === code
}
