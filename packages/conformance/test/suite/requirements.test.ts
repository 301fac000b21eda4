import { describe, expect, test } from 'vitest'
import { all, always, claims, durable, handle, type Setting } from '../../src/suite/requirements.ts'
import mapRepository from '../map-repository.ts'

const { capabilities } = mapRepository('map:gates', 'gates')
const server = {
  url: 'map:gates',
  server: { name: 'a map', version: '1', standIn: false },
  stop: async () => {},
}
const setting: Setting = { capabilities, server }

describe('a gate opens or says why not', () => {
  test('always', () => expect(always(setting)).toBeNull())

  test('claims', () => {
    expect(claims('linearizable')(setting)).toBeNull()
    expect(claims('listing')(setting)).toBe('the adapter does not claim listing')
  })

  test('durable', () => {
    expect(durable(setting)).toBeNull()
    const evicting = { server, capabilities: { ...capabilities, durability: 'evicting' as const } }
    expect(durable(evicting)).toBe('for durable stores; this one is evicting')
  })

  test('handle', () => {
    expect(handle('wipe')(setting)).toBe('the server handle has no wipe')
    const wipe = async () => {}
    expect(handle('wipe')({ capabilities, server: { ...server, wipe } })).toBeNull()
  })

  test('all gives the first reason', () => {
    expect(all(always, claims('pruning'), handle('wipe'))(setting)).toContain('pruning')
    expect(all(always, durable)(setting)).toBeNull()
  })
})
