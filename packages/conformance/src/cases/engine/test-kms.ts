import type { KeyManagement } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { eventLoopTurns } from '../../harness/unhandled-errors.ts'

/** Ways in which a key management service fails. */
export const KMS_STATES = [
  'throws',
  'rejects',
  'silent',
  'other-key',
  'garbage',
  'too-short',
  'too-long',
] as const

export type KmsState = (typeof KMS_STATES)[number]

/** A key management service in this process, that can fail and counts its calls. */
export interface TestKms extends KeyManagement {
  state: KmsState | 'up'
  readonly wraps: number
  readonly unwraps: number
  /** The namespaces that it was called with. */
  readonly namespaces: ReadonlySet<string>
}

export function testKms({ random }: CaseContext): TestKms {
  const master = Buffer.from(random.hex(64), 'hex')
  // Enough for a test: each data key is random, and wrapped once.
  const mask = (bytes: Uint8Array) => bytes.map((byte, i) => byte ^ (master[i] ?? 0))
  const namespaces = new Set<string>()
  const kms = {
    id: `kms-${random.hex(8)}`,
    state: 'up' as TestKms['state'],
    wraps: 0,
    unwraps: 0,
    namespaces,
    wrap(key: Uint8Array, { namespace }: { readonly namespace: string }) {
      kms.wraps++
      namespaces.add(namespace)
      return answer(kms.state, mask(key), 4_097)
    },
    unwrap(wrapped: Uint8Array, { namespace }: { readonly namespace: string }) {
      kms.unwraps++
      namespaces.add(namespace)
      const key = kms.state === 'other-key' ? new Uint8Array(32).fill(7) : mask(wrapped)
      return answer(kms.state, key, 33)
    },
  }
  return kms
}

function answer(
  state: TestKms['state'],
  right: Uint8Array,
  tooLong: number,
): Uint8Array | Promise<Uint8Array> {
  if (state === 'throws') throw new Error('the KMS is away')
  if (state === 'rejects') return Promise.reject(new Error('the KMS is away'))
  if (state === 'silent') return new Promise(() => {})
  if (state === 'garbage') return 'no bytes' as unknown as Uint8Array
  if (state === 'too-short') return new Uint8Array(0)
  if (state === 'too-long') return new Uint8Array(tooLong)
  // Late, so that concurrent calls meet one that is under way.
  return eventLoopTurns(3).then(() => right)
}
