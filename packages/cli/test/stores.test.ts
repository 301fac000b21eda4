import { describe, expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { ADAPTERS, passwordsOf, placeOf } from '../src/stores/schemes.ts'

describe('a store by its URL', () => {
  test.for([
    ['sqlite:tokens.db', 'sqlite', 'tokens.db'],
    ['sqlite:/var/lib/tokens', 'sqlite', '/var/lib/tokens'],
    ['sqlite:///var/lib/tokens', 'sqlite', '/var/lib/tokens'],
    ['./data/tokens.db', 'sqlite', './data/tokens.db'],
    ['tokens.sqlite3', 'sqlite', 'tokens.sqlite3'],
    ['postgres://h/db', 'postgres', 'postgres://h/db'],
    ['postgresql://h/db', 'postgres', 'postgresql://h/db'],
    ['rediss://h', 'redis', 'rediss://h'],
    ['memcached://h:11211/', 'memcached', 'h:11211'],
    ['mongodb+srv://h/db', 'mongodb', 'mongodb+srv://h/db'],
    ['memory:', 'memory', ''],
  ])('%s', ([url = '', adapter, at]) => {
    expect(placeOf(url)).toMatchObject({ adapter, at })
  })

  test.for(['', 'tokens', 'sqlite:', 'mysql://h/db', 'C:\\tokens', 'http://h'])(
    '%j is none',
    (url) => {
      expect(placeOf(url)).toBeNull()
    },
  )
})

test('every adapter is an optional peer dependency', () => {
  const names = ADAPTERS.map((adapter) => `@tokenward/${adapter}`).sort()
  expect(Object.keys(manifest.peerDependencies)).toEqual(names)
  expect(Object.entries(manifest.peerDependenciesMeta)).toEqual(
    names.map((name) => [name, { optional: true }]),
  )
})

test.for([
  ['postgres://u:pw@h/db', ['pw', 'pw']],
  ['postgres://u:p%40ss@h/db', ['p%40ss', 'p@ss']],
  ['postgres://u:p/a@ss@h/db', ['p/a@ss', 'p/a@ss']],
  ['redis://:pw@h', ['pw', 'pw']],
  ['postgres://h/db?user=u&password=p%2Fw', ['p%2Fw', 'p/w']],
  ['postgres://u@h:5432/db', []],
  ['memcached://h:11211', []],
] as const)('the passwords of %s are known', ([url, passwords]) => {
  expect(passwordsOf(url)).toEqual(passwords)
})
