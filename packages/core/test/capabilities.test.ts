import { expect, test } from 'vitest'
import {
  type Capabilities,
  type Finding,
  ignoreAssumed,
  lowerCapabilities,
} from '../src/adapter/capabilities.ts'
import { mapRepository } from './map-repository.ts'

const finding = (downgrades?: Partial<Capabilities>): Finding => {
  return { code: 'x', message: 'x', fix: 'x', ...(downgrades && { downgrades }) }
}

test('findings lower the claimed capabilities, and never raise them', () => {
  const claimed = { ...mapRepository().capabilities, shared: true, roles: false }
  const lowered = lowerCapabilities(claimed, [
    finding({ shared: false, roles: true, maxBodyBytes: 10 }),
    finding(),
    finding({ shared: true, maxBodyBytes: 20, durability: 'evicting' }),
    finding({ durability: 'durable' }),
  ])
  expect(lowered).toEqual({
    ...claimed,
    shared: false,
    maxBodyBytes: 10,
    durability: 'evicting',
  })
  const twice = [finding({ durability: 'reverting' }), finding({ durability: 'evicting' })]
  expect(lowerCapabilities(claimed, twice).durability).toBe('reverting')
})

test('a finding does not lower what is assumed, and remains a finding', () => {
  const found = finding({ durability: 'evicting', failoverSafe: false })
  expect(ignoreAssumed(found, { durability: 'durable' })).toEqual(finding({ failoverSafe: false }))
  const all = { durability: 'durable', failoverSafe: true } as const
  expect(ignoreAssumed(found, all)).toEqual(finding())
})
