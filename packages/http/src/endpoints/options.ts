import { InvalidInput } from '@tokenward/core/adapter'
import { optional } from '../guard/options.ts'
import { parseFunction } from '../options/checks.ts'
import type { EndpointOptions } from './endpoint.ts'
import { SessionCookie } from './session-cookie.ts'

type OnRefused = NonNullable<EndpointOptions['onRefused']>

/** @throws `TOKENWARD_INVALID_INPUT` */
export function parseOnRefused(value: unknown): OnRefused | undefined {
  return optional('onRefused', value, parseFunction<OnRefused>)
}

/** @throws `TOKENWARD_INVALID_INPUT` */
export function parseClientId(path: string, value: unknown): string {
  if (typeof value === 'string' && value !== '' && value.length <= 1024) return value
  throw new InvalidInput(path, 'must be the id of a client.')
}

/** @throws `TOKENWARD_INVALID_INPUT`: also where there is `authenticate` */
export function parseCookieOption(value: unknown, authenticate: unknown): SessionCookie {
  if (!(value instanceof SessionCookie))
    throw new InvalidInput('cookie', 'must be a SessionCookie.')
  if (authenticate === undefined) return value
  throw new InvalidInput('authenticate', 'cannot be used with cookie: mount two endpoints.')
}
