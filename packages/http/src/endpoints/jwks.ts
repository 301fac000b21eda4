import type { Tokenward } from '@tokenward/core'
import { InvalidInput, parseObject } from '@tokenward/core/adapter'
import { optional } from '../guard/options.ts'
import { parseInstance } from '../options/checks.ts'
import type { Endpoint, EndpointOptions } from './endpoint.ts'
import { parseOnRefused } from './options.ts'
import { published } from './published.ts'

/** The options of {@link jwks}. */
export interface JwksOptions extends EndpointOptions {
  /**
   * For how long clients may use the keys without asking again, in seconds, from 0 to 86,400. A new key must
   * be published for longer than this before it signs.
   * @default 300
   */
  readonly maxAge?: number
}

/**
 * The public keys of the instance (RFC 7517 §5), at the `jwks_uri` of its metadata.
 * @throws `TOKENWARD_INVALID_INPUT`: an option is wrong
 */
export function jwks(tokens: Pick<Tokenward, 'jwks'>, options: JwksOptions = {}): Endpoint {
  const instance = parseInstance<Pick<Tokenward, 'jwks'>>(tokens, ['jwks'])
  const parsed = parseObject('options', options, ['maxAge', 'onRefused'])
  const onRefused = parseOnRefused(parsed.onRefused)
  const maxAge = optional('maxAge', parsed.maxAge, parseSeconds) ?? DEFAULT_MAX_AGE_S
  const contentType = 'application/jwk-set+json'
  return published({ contentType, maxAge, document: () => instance.jwks() }, onRefused)
}

const DEFAULT_MAX_AGE_S = 300
const LARGEST_MAX_AGE_S = 86_400

function parseSeconds(path: string, value: unknown): number {
  if (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LARGEST_MAX_AGE_S)
    return Number(value)
  throw new InvalidInput(path, `must be whole seconds, from 0 to ${LARGEST_MAX_AGE_S}.`)
}
