import { describe, expect, test } from 'vitest'
import { Ring } from '../src/ring.ts'
import { key } from './support.ts'

describe('a ring', () => {
  const at = (...addresses: string[]) => addresses.map((address) => ({ address }))

  test('is the same for every order of its servers', () => {
    const [one, other] = [new Ring(at('a', 'b', 'c'), 'n'), new Ring(at('c', 'a', 'b'), 'n')]
    expect(one.prefix).toBe(other.prefix)
    for (let i = 0; i < 100; i++) {
      const k = key()
      expect(one.serverOf(k).address).toBe(other.serverOf(k).address)
    }
  })

  test('has other keys with another server, name or namespace', () => {
    const rings = [
      new Ring(at('a'), 'n'),
      new Ring(at('a', 'b'), 'n'),
      new Ring(at('a', 'c'), 'n'),
      new Ring(at('a', 'b', 'c'), 'n'),
      new Ring(at('a', 'b'), 'n', 'name'),
      new Ring(at('a', 'b', 'c'), 'n', 'name'),
      new Ring(at('a'), 'other'),
      new Ring(at('a', 'b'), 'other', 'name'),
    ]
    expect(new Set(rings.map(({ prefix }) => prefix)).size).toBe(rings.length)
  })

  test('of a single server does not depend on the address', () => {
    expect(new Ring(at('a'), 'n').prefix).toBe(new Ring(at('b'), 'n').prefix)
  })

  test.each(['a'.repeat(23), 'a'.repeat(25), `${'a'.repeat(23)}$`, `${'a'.repeat(24)}\r\n`])(
    'has no server for %j',
    (invalid) => {
      expect(() => new Ring(at('a'), 'n').serverOf(invalid)).toThrow('base64url')
    },
  )

  test('spreads keys over all servers', () => {
    const ring = new Ring(at('a', 'b', 'c'), 'n')
    const parts = ring.split(Array.from({ length: 3_000 }, key), (k) => k)
    for (const part of parts.values()) expect(part.length).toBeGreaterThan(800)
    expect(parts.size).toBe(3)
  })
})
