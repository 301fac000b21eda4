import type { OneOrMany, Tokenward } from '@tokenward/core'
import { InvalidInput, parseObject, parseOneOf } from '@tokenward/core/adapter'
import {
  parseBoolean,
  parseFunction,
  parseHeaderText,
  parseInstance,
  parseScope,
  parseUrl,
} from '../options/checks.ts'
import type { Credentials, Scheme } from '../request/credentials.ts'
import type { Refusal } from './refusal.ts'

/** What a guard needs of an instance. */
export type Verifier<C extends object = object> = Pick<Tokenward<C>, 'verify'>

/**
 * The options of a guard. They are checked once, when the guard is made.
 * @typeParam R the request of the framework
 */
export interface GuardOptions<R = unknown> {
  /**
   * The realm of challenges (RFC 9110 §11.5): printable ASCII.
   * @default 'api'
   */
  readonly realm?: string
  /** Scope values that every request needs, separated by single spaces (RFC 6749 §3.3). */
  readonly scope?: string
  /**
   * One of these must be in the claim `aud`.
   * @default the `audience` of the instance
   */
  readonly audience?: OneOrMany
  /**
   * The URL of the metadata of this resource server (RFC 9728 §5.1), which every challenge then names. MCP
   * clients need it.
   */
  readonly resourceMetadata?: string | URL
  /**
   * Lets requests without credentials through, without `auth`. Credentials that are wrong are refused all
   * the same.
   * @default false
   */
  readonly optional?: boolean
  /**
   * How a client may present its token. `DPoP` (RFC 9449) needs `confirm`.
   * @default ['Bearer']
   */
  readonly schemes?: readonly Scheme[]
  /**
   * Checks that the client possesses the key that a token is bound to: for DPoP (RFC 9449) its proof, for
   * mutual TLS (RFC 8705) its certificate. It is called after the token was accepted, with the claim `cnf`
   * (RFC 7800). Anything but `true` refuses the token. An error is a 500, one of Tokenward that is
   * `retryable` a 503.
   * @default none: tokens with the claim `cnf` are refused
   * @example
   * confirm: (cnf, request) => cnf['x5t#S256'] === thumbprintOf(request.socket.getPeerCertificate())
   */
  readonly confirm?: (
    cnf: Readonly<Record<string, unknown>>,
    request: R,
    credentials: Credentials,
  ) => boolean | Promise<boolean>
  /**
   * Is called with each request that is refused, and why: for a log or a metric. The refusal contains
   * neither the token nor the request. What the function throws is ignored, and so is what it returns.
   */
  readonly onRefused?: (refusal: Refusal) => unknown
}

/** The options with their defaults. */
export interface GuardSettings<R> {
  readonly realm: string
  readonly scope: string | undefined
  readonly audience: OneOrMany | undefined
  readonly resourceMetadata: string | undefined
  readonly isOptional: boolean
  readonly schemes: readonly Scheme[]
  readonly confirm: GuardOptions<R>['confirm']
  readonly onRefused: GuardOptions['onRefused']
}

const NAMES = [
  'realm',
  'scope',
  'audience',
  'resourceMetadata',
  'optional',
  'schemes',
  'confirm',
  'onRefused',
] as const satisfies (keyof GuardOptions)[]

const SCHEMES: readonly Scheme[] = ['Bearer', 'DPoP']

/** @throws `TOKENWARD_INVALID_INPUT` */
export function parseGuardOptions<R>(input: unknown): GuardSettings<R> {
  const options = parseObject('options', input, NAMES)
  const confirm = optional('confirm', options.confirm, parseFunction<Confirm<R>>)
  const schemes = optional('schemes', options.schemes, parseSchemes) ?? ['Bearer']
  if (confirm === undefined && schemes.includes('DPoP')) {
    throw new InvalidInput('schemes', 'DPoP needs the option confirm.')
  }
  return {
    realm: optional('realm', options.realm, parseHeaderText) ?? 'api',
    scope: optional('scope', options.scope, parseScope),
    audience: optional('audience', options.audience, parseAudience),
    resourceMetadata: optional('resourceMetadata', options.resourceMetadata, parseUrl),
    isOptional: optional('optional', options.optional, parseBoolean) ?? false,
    schemes,
    confirm,
    onRefused: optional('onRefused', options.onRefused, parseFunction<OnRefused>),
  }
}

type Confirm<R> = NonNullable<GuardOptions<R>['confirm']>
type OnRefused = NonNullable<GuardOptions['onRefused']>

/** @throws `TOKENWARD_INVALID_INPUT` */
export function parseVerifier<C extends object>(tokens: unknown): Verifier<C> {
  return parseInstance<Verifier<C>>(tokens, ['verify'])
}

export function optional<T>(
  path: string,
  value: unknown,
  parse: (path: string, value: unknown) => T,
): T | undefined {
  return value === undefined ? undefined : parse(path, value)
}

function parseSchemes(path: string, value: unknown): readonly Scheme[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new InvalidInput(path, `must be a list of ${SCHEMES.join(', ')}.`)
  }
  return value.map((each) => parseOneOf(path, each, SCHEMES))
}

/** One string or several. @throws `TOKENWARD_INVALID_INPUT` */
export function parseAudience(path: string, value: unknown): OneOrMany {
  const values: unknown[] = [value].flat()
  const isRight = values.length > 0 && values.every((one) => typeof one === 'string' && one !== '')
  if (!isRight)
    throw new InvalidInput(path, 'must be a non-empty string, or a list of such strings.')
  return typeof value === 'string' ? value : (values as string[])
}
