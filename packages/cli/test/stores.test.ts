import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { importInstalled } from '../src/stores/installed.ts'
import { ADAPTERS, parseStoreUrl, passwordsIn } from '../src/stores/parse-url.ts'

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
  ])('%s', ([url = '', adapter, address]) => {
    expect(parseStoreUrl(url)).toMatchObject({ adapter, address })
  })

  test.for(['', 'tokens', 'sqlite:', 'mysql://h/db', 'C:\\tokens', 'http://h'])(
    '%j is not a store',
    (url) => {
      expect(parseStoreUrl(url)).toBeNull()
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

describe('the package of an adapter', () => {
  test.for(ADAPTERS)('%s exports its factory under its own name', async (adapter) => {
    const folder = dirname(fileURLToPath(import.meta.url))
    const adapterModule = await importInstalled(`@tokenward/${adapter}`, folder)
    expect(Reflect.get(adapterModule, adapter)).toBeTypeOf('function')
  })

  test('is named if it is not installed', async () => {
    await expect(importInstalled('@tokenward/nothing', '/')).rejects.toThrow(
      '@tokenward/nothing is not installed here: npm install @tokenward/nothing',
    )
  })
})

test.for([
  ['postgres://u:pw@h/db', ['pw', 'pw']],
  ['postgres://u:p%40ss@h/db', ['p%40ss', 'p@ss']],
  ['postgres://u:p/a@ss@h/db', ['p/a@ss', 'p/a@ss']],
  ['redis://:pw@h', ['pw', 'pw']],
  ['postgres://h/db?user=u&password=p%2Fw', ['p%2Fw', 'p/w']],
  ['postgres://u@h:5432/db', []],
  ['memcached://h:11211', []],
] as const)('passwordsIn(%j)', ([url, passwords]) => {
  expect(passwordsIn(url)).toEqual(passwords)
})
