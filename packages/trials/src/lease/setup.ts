import {
  createTokenward,
  type SigningKeys,
  type Tokenward,
  type TokenwardOptions,
} from '@tokenward/core'
import { repositories, type StoreName } from '../stores.ts'

export interface Setup {
  readonly name: StoreName
  readonly url: string
  readonly keys: SigningKeys
  /** ms; `null`: without the option `cache`. */
  readonly lease: number | null
}

export function optionsOf({ name, url, keys, lease }: Setup): TokenwardOptions {
  return {
    issuer: 'https://trial.example',
    keys,
    repository: repositories[name](url),
    deadline: '60s',
    signatureCache: 10_000,
    ...(lease !== null && { cache: { lease: `${lease}ms` } }),
  }
}

export function open(setup: Setup): Promise<Tokenward> {
  return createTokenward(optionsOf(setup))
}

/** In ms, on the clock that all processes of a machine share. */
export function sharedNow(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
