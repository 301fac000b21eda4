import type { Duration, Keys, TokenRepository, TokenwardOptions } from '@tokenward/core'
import type { Machine } from './machine.ts'
import { ACCESS, FAMILY, REFRESH, type Setting, SKEW } from './setting.ts'
import { ISSUER } from './tokens.ts'

/** What every ward of a schedule is made with. */
export function wardOptions(
  keys: Keys,
  setting: Setting,
  machine: Machine,
  repository: TokenRepository,
): TokenwardOptions {
  return {
    issuer: ISSUER,
    keys,
    repository,
    policy: setting.policy,
    lifetimes: { access: ms(ACCESS), refresh: ms(REFRESH), family: ms(FAMILY) },
    grace: ms(setting.grace),
    skew: ms(SKEW),
    deadline: '1s',
    clock: () => machine.clock,
  }
}

function ms(amount: number): Duration {
  return `${amount}ms`
}
