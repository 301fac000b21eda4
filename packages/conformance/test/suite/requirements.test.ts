import { describe, expect, test } from 'vitest'
import {
  all,
  always,
  claims,
  durable,
  handle,
  type SuiteContext,
} from '../../src/suite/requirements.ts'
import mapRepository from '../map-repository.ts'

const { capabilities } = mapRepository('map:gates', 'gates')
const server = {
  url: 'map:gates',
  server: { name: 'a map', version: '1', standIn: false },
  stop: async () => {},
}
const suite: SuiteContext = { capabilities, server }

describe('a requirement is met or returns why not', () => {
  test('always', () => expect(always(suite)).toBeNull())

  test('claims', () => {
    expect(claims('linearizable')(suite)).toBeNull()
    expect(claims('listing')(suite)).toBe('the adapter does not claim listing')
  })

  test('durable', () => {
    expect(durable(suite)).toBeNull()
    const evicting = { server, capabilities: { ...capabilities, durability: 'evicting' as const } }
    expect(durable(evicting)).toBe('for durable stores; this one is evicting')
  })

  test('handle', () => {
    expect(handle('wipe')(suite)).toBe('the server handle has no wipe')
    const wipe = async () => {}
    expect(handle('wipe')({ capabilities, server: { ...server, wipe } })).toBeNull()
  })

  test('allOf returns the first reason', () => {
    expect(all(always, claims('pruning'), handle('wipe'))(suite)).toContain('pruning')
    expect(all(always, durable)(suite)).toBeNull()
  })
})
