import { describe, expect, test } from 'vitest'
import { parseServers } from '../src/addresses.ts'
import { Ring } from '../src/ring.ts'
import { key } from './support.ts'

test.each<[string | string[], string[]]>([
  ['memcached://localhost', ['localhost:11211']],
  ['memcached://localhost:11212/', ['localhost:11212']],
  ['memcached://a:1,b:2,c', ['a:1', 'b:2', 'c:11211']],
  ['a:1', ['a:1']],
  [
    ['memcached://a', 'memcached://b'],
    ['a:11211', 'b:11211'],
  ],
  ['memcached://[::1]:11212', ['::1:11212']],
])('%j leads to %j', (urls, servers) => {
  expect(parseServers([urls].flat())).toEqual(servers)
})

describe('a ring', () => {
  const at = (...addresses: string[]) => addresses.map((address) => ({ address }))

  test('is the same in whatever order its servers are listed', () => {
    const [one, other] = [new Ring(at('a', 'b', 'c'), 'n'), new Ring(at('c', 'a', 'b'), 'n')]
    expect(one.prefix).toBe(other.prefix)
    for (let i = 0; i < 100; i++) {
      const k = key()
      expect(one.serverOf(k).address).toBe(other.serverOf(k).address)
    }
  })

  test('is another world with another server, name or namespace', () => {
    const worlds = [
      new Ring(at('a'), 'n'),
      new Ring(at('a', 'b'), 'n'),
      new Ring(at('a', 'c'), 'n'),
      new Ring(at('a', 'b', 'c'), 'n'),
      new Ring(at('a', 'b'), 'n', 'name'),
      new Ring(at('a', 'b', 'c'), 'n', 'name'),
      new Ring(at('a'), 'other'),
      new Ring(at('a', 'b'), 'other', 'name'),
    ]
    expect(new Set(worlds.map(({ prefix }) => prefix)).size).toBe(worlds.length)
  })

  test('a single server is the same by whatever address', () => {
    expect(new Ring(at('a'), 'n').prefix).toBe(new Ring(at('b'), 'n').prefix)
  })

  test.each(['a'.repeat(63), 'A'.repeat(64), `${'a'.repeat(63)}$`, `${'a'.repeat(64)}\r\n`])(
    'has no server for %j',
    (hostile) => {
      expect(() => new Ring(at('a'), 'n').serverOf(hostile)).toThrow('hex digits')
    },
  )

  test('spreads keys over all', () => {
    const ring = new Ring(at('a', 'b', 'c'), 'n')
    const parts = ring.split(Array.from({ length: 3_000 }, key), (k) => k)
    for (const part of parts.values()) expect(part.length).toBeGreaterThan(800)
    expect(parts.size).toBe(3)
  })
})
