import * as fc from 'fast-check'
import { MINUTE, SECOND } from '../../harness/clock.ts'
import type { Claims, Model } from '../model.ts'
import { anyIndex, anyInstance, type Steps } from '../step.ts'
import type { SystemUnderTest } from '../system-under-test.ts'
import { rotate } from './rotation.ts'

/** Refresh tokens: the newest, within and after its grace period, and older ones. */
export const rotating: Steps = fc
  .record({
    index: anyInstance,
    which: anyIndex,
    isAny: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)),
    age: fc.oneof(
      { weight: 5, arbitrary: fc.constant(0) },
      { weight: 3, arbitrary: fc.constant(1) },
      { weight: 2, arbitrary: fc.nat({ max: 12 }) },
    ),
    claims: fc.constantFrom<Claims[]>('none', 'function', 'object'),
    scope: fc.oneof(
      { weight: 9, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constantFrom('read', 'admin') },
    ),
  })
  .map(rotate)

const STRIDE = 110 * MINUTE

/** Sessions that are used for longer than revocations are kept. */
export const livingOn: Steps = fc
  .record({ index: anyInstance, strides: fc.integer({ min: 1, max: 2 }) })
  .map(({ index, strides }) => ({
    check: ({ logins }) => logins.length > 0,
    async run(model, system) {
      for (let stride = 0; stride < strides; stride++) {
        system.clock.advance(STRIDE)
        await rotateAll(index, 'function', model, system)
      }
      if (system.context.environment.capabilities.pruning) {
        const { deleted } = await system.instance(index).prune()
        system.transcript.push(`instance ${index} prune → ${deleted} deleted`)
      }
      await rotateAll(index, 'none', model, system)
    },
    toString: () => 'keep using sessions',
  }))

interface Burst {
  readonly index: number
  readonly which: number
  readonly times: number
  /** ms between rotations. */
  readonly gap: number
  /** How many generations are tried again, the newest first. */
  readonly back: number
}

/** One session is rotated many times; then its older tokens are used. */
export const bursting: Steps = fc
  .record({
    index: anyInstance,
    which: anyIndex,
    times: fc.oneof(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 8, max: 10 })),
    gap: fc.constantFrom(0, 900, 4 * SECOND, 15 * SECOND),
    back: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 10 })),
  })
  .map(({ index, which, times, gap, back }: Burst) => ({
    check: ({ logins }) => logins.length > 0,
    async run(model, system) {
      const choices = { index, which, claims: 'function', scope: undefined } as const
      for (let time = 0; time < times; time++) {
        await rotate({ ...choices, age: 0 }).run(model, system)
        system.clock.advance(gap)
      }
      for (let age = 1; age <= back; age++) await rotate({ ...choices, age }).run(model, system)
    },
    toString: () => 'rotate many times',
  }))

async function rotateAll(
  index: number,
  claims: Claims,
  model: Model,
  system: SystemUnderTest,
): Promise<void> {
  for (const which of model.logins.keys()) {
    await rotate({ index, which, isAny: true, age: 0, claims, scope: undefined }).run(model, system)
  }
}
