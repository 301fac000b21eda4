import type { Counter, Histogram, Meter } from '@opentelemetry/api'
import type { OperationMessage, StoreMessage } from '@tokenward/core'

/** In seconds. A verification takes less than a millisecond, and the usual deadline is 1 s. */
const DURATION_BUCKETS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]
/** In records. Core sends at most 512 in one batch. */
const SIZE_BUCKETS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]

export class Metrics {
  readonly #operationDuration: Histogram
  readonly #storeDuration: Histogram
  readonly #batchSize: Histogram
  readonly #revocationLag: Histogram
  readonly #failOpen: Counter
  readonly #pruned: Counter

  constructor(meter: Meter) {
    const histogram = (
      name: string,
      unit: string,
      explicitBucketBoundaries: number[],
      description: string,
    ): Histogram =>
      meter.createHistogram(name, { unit, description, advice: { explicitBucketBoundaries } })
    this.#operationDuration = histogram(
      'tokenward.operation.duration',
      's',
      DURATION_BUCKETS,
      'How long an operation took.',
    )
    this.#storeDuration = histogram(
      'tokenward.store.duration',
      's',
      DURATION_BUCKETS,
      'How long the adapter took to reply.',
    )
    this.#batchSize = histogram(
      'tokenward.store.batch.size',
      '{record}',
      SIZE_BUCKETS,
      'How many records were read or written in one call to the adapter.',
    )
    this.#revocationLag = histogram(
      'tokenward.revocation.lag',
      's',
      DURATION_BUCKETS,
      'How long it took from the call that revokes until no instance accepts what it revoked.',
    )
    this.#failOpen = meter.createCounter('tokenward.fail_open', {
      unit: '{token}',
      description: 'Tokens that were accepted without the store.',
    })
    this.#pruned = meter.createCounter('tokenward.prune.deleted', {
      unit: '{record}',
      description: 'Records that prune has deleted.',
    })
    // An alert sees a counter rise only if it was exported before.
    this.#failOpen.add(0)
  }

  operationEnded(message: OperationMessage): void {
    const { operation, outcome = 'ok', reason, code, ms = 0, deleted, more = false } = message
    const seconds = ms / 1000
    const why = outcome === 'error' ? (code ?? '_OTHER') : reason
    this.#operationDuration.record(seconds, { operation, outcome, ...(why && { reason: why }) })
    if (hasRevoked(message)) this.#revocationLag.record(seconds, { operation })
    if (message.storeChecked === false) this.#failOpen.add(1)
    if (deleted !== undefined) this.#pruned.add(deleted, { more })
  }

  storeReplied({ adapter, call, size, ms = 0 }: StoreMessage): void {
    this.#storeDuration.record(ms / 1000, { adapter, call })
    if (size !== undefined) this.#batchSize.record(size, { adapter, call })
  }
}

/** `rotate` answers `reused` once the session is revoked. */
function hasRevoked({ operation, outcome, reason }: OperationMessage): boolean {
  if (operation === 'revoke') return outcome === 'ok'
  return operation === 'rotate' && reason === 'reused'
}
