// What the tests of sealing share: keys, a KMS whose failures a test sets, and instances on one store.
import type { StoredRecord, TokenRepository } from '../../src/adapter.ts'
import type { KeyManagement, Tokenward, TokenwardOptions } from '../../src/index.ts'
import { generateSealingKey } from '../../src/index.ts'
import { ADA, instance, MINUTE } from '../instance.ts'
import { listingRepository } from '../map-repository.ts'
import type { testClock } from '../provider.ts'

export const KEYS_UNAVAILABLE = { code: 'TOKENWARD_KEYS_UNAVAILABLE', retryable: true }
export const UNSUPPORTED = { code: 'TOKENWARD_UNSUPPORTED_OPERATION' }

export const invalid = (path: string): object => ({ code: 'TOKENWARD_INVALID_INPUT', path })

/** An instance that seals, on a store that can list, and the records of that store. */
export async function sealing(
  options: Partial<TokenwardOptions> = {},
  more: Partial<TokenRepository> = {},
): Promise<{
  tokens: Tokenward
  clock: ReturnType<typeof testClock>
  records: Map<string, StoredRecord>
  /** Another instance on the same store and clock. */
  another: (options: Partial<TokenwardOptions>) => Promise<Tokenward>
}> {
  const records = new Map<string, StoredRecord>()
  const repository = listingRepository(records, more)
  const { tokens, clock } = await instance({
    repository,
    sealing: generateSealingKey(),
    ...options,
  })
  const another = async (others: Partial<TokenwardOptions>) =>
    (await instance({ repository, clock: clock.read, ...others })).tokens
  return { tokens, clock, records, another }
}

export function recordOfKind(
  records: ReadonlyMap<string, StoredRecord>,
  kind: StoredRecord['kind'],
): StoredRecord {
  const found = [...records.values()].find((record) => record.kind === kind)
  if (found === undefined) throw new Error(`no ${kind} is stored`)
  return found
}

/** What is sealed in a record. */
export function sealedOf({ body }: StoredRecord): string {
  const { sealed } = JSON.parse(body) as { sealed?: string }
  if (sealed === undefined) throw new Error('nothing is sealed in the record')
  return sealed
}

interface TestKms extends KeyManagement {
  wraps: number
  unwraps: number
  /** Runs instead of the KMS. */
  failure: (() => Uint8Array | Promise<Uint8Array>) | null
  /** What each call got. */
  readonly contexts: unknown[]
}

/** A KMS that flips all bits, and counts its calls. */
export function testKms(id = 'kms'): TestKms {
  const flip = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ 0xff)
  const kms: TestKms = {
    id,
    wraps: 0,
    unwraps: 0,
    failure: null,
    contexts: [],
    wrap: (key, context) => {
      kms.wraps++
      kms.contexts.push(context)
      return kms.failure?.() ?? flip(key)
    },
    unwrap: (wrapped, context) => {
      kms.unwraps++
      kms.contexts.push(context)
      return kms.failure?.() ?? flip(wrapped)
    },
  }
  return kms
}

/** As the option `sealing`: an instance copies plain objects, and `kms` must stay the one that counts. */
export function optionOf(kms: TestKms): KeyManagement {
  return { id: kms.id, wrap: kms.wrap, unwrap: kms.unwrap }
}

export const silence = (): Promise<never> => new Promise(() => {})

/** Logins of ada, a minute apart, the newest first. */
export async function logins(count: number, options: object = {}) {
  const made = await sealing()
  const sessions: string[] = []
  for (let n = 0; n < count; n++) {
    made.clock.now += MINUTE
    sessions.unshift((await made.tokens.issue({ ...ADA, ...options })).session)
  }
  return { ...made, sessions }
}
