import { DatabaseSync } from 'node:sqlite'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findingsOf } from '../src/findings.ts'
import { sqlite } from '../src/index.ts'
import type { Settings } from '../src/settings.ts'
import { database, newFile, prepared, record, soon } from './support.ts'

const safe: Settings = {
  journalMode: 'wal',
  synchronous: 2,
  fullfsync: 0,
  lockingMode: 'normal',
  busyTimeout: 0,
  platform: 'linux',
}

function opened(file: string, ...pragmas: string[]): DatabaseSync {
  const handle = database(file)
  for (const pragma of pragmas) handle.exec(`PRAGMA ${pragma}`)
  return handle
}

describe('a file that the adapter opens', () => {
  test('is in WAL mode, and has no findings', async () => {
    const file = newFile()
    const repository = sqlite(file)
    onTestFinished(() => repository.close())
    expect(await repository.open()).toEqual([])
    expect(database(file).prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
  })

  test('is changed to WAL mode', async () => {
    const file = newFile()
    opened(file, 'journal_mode = DELETE').exec('CREATE TABLE app (id)')
    const repository = sqlite(file)
    onTestFinished(() => repository.close())
    expect(await repository.open()).toEqual([])
  })
})

describe('a caller-owned handle', () => {
  test.each([
    ['fsync-off', 'reverting', ['journal_mode = WAL', 'synchronous = NORMAL']],
    ['fsync-off', 'reverting', ['journal_mode = WAL', 'synchronous = OFF']],
    ['fsync-off', 'reverting', ['journal_mode = DELETE', 'synchronous = FULL']],
    ['fsync-off', 'reverting', ['journal_mode = TRUNCATE', 'synchronous = NORMAL']],
    ['unsafe-journal-mode', 'reverting', ['journal_mode = MEMORY', 'synchronous = EXTRA']],
  ])('%s: lowers the durability to %s after %j', async (code, durability, pragmas) => {
    const repository = sqlite(opened(newFile(), ...pragmas))
    const findings = await repository.open()
    expect(findings).toMatchObject([{ code, downgrades: { durability } }])
    // The message has the evidence: `journal_mode=wal, synchronous=NORMAL`.
    for (const pragma of pragmas) {
      const [name = '', value = ''] = pragma.split(' = ')
      expect(findings[0]?.message.toLowerCase()).toContain(`${name}=${value}`.toLowerCase())
    }
  })

  test.each([
    [['journal_mode = WAL', 'synchronous = FULL']],
    [['journal_mode = WAL', 'synchronous = EXTRA']],
    [['journal_mode = DELETE', 'synchronous = EXTRA']],
    [['journal_mode = TRUNCATE', 'synchronous = FULL']],
    [['journal_mode = PERSIST', 'synchronous = FULL']],
  ])('nothing is found after %j', async (pragmas) => {
    expect(await sqlite(opened(newFile(), ...pragmas)).open()).toEqual([])
  })

  test('an exclusive lock is not shared, and a busy timeout is reported', async () => {
    const pragmas = ['journal_mode = WAL', 'locking_mode = EXCLUSIVE', 'busy_timeout = 2500']
    expect(await sqlite(opened(newFile(), ...pragmas)).open()).toMatchObject([
      { code: 'exclusive-locking', downgrades: { shared: false } },
      { code: 'busy-timeout-set', message: expect.stringContaining('2500') },
    ])
  })

  test('keeps its settings', async () => {
    const pragmas = ['journal_mode = DELETE', 'synchronous = OFF', 'busy_timeout = 2500']
    const handle = opened(newFile(), ...pragmas)
    const repository = await prepared(handle)
    await repository.write([{ record: record(1), expected: null }], soon())
    await repository.close()
    expect(handle.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'delete' })
    expect(handle.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 0 })
    expect(handle.prepare('PRAGMA busy_timeout').get()).toEqual({ timeout: 2500 })
  })

  test('may return arrays and bigints', async () => {
    const handle = new DatabaseSync(newFile(), { readBigInts: true, returnArrays: true })
    onTestFinished(() => handle.close())
    const repository = await prepared(handle)
    const stored = record(1)
    expect(await repository.write([{ record: stored, expected: null }], soon())).toEqual([true])
    expect(await repository.read([stored.key], soon())).toEqual([stored])
    expect(await repository.prune(stored.retainUntil, 9, true, soon())).toBe(1)
  })
})

test('fullfsync is needed on macOS alone', () => {
  const code = 'fullfsync-off'
  expect(findingsOf({ ...safe, platform: 'darwin' })).toMatchObject([
    { code, downgrades: { durability: 'reverting' } },
  ])
  expect(findingsOf({ ...safe, platform: 'darwin', fullfsync: 1 })).toEqual([])
  expect(findingsOf(safe)).toEqual([])
})

test('a finding does not lower what the operator assumes', async () => {
  const pragmas = ['journal_mode = WAL', 'synchronous = OFF', 'locking_mode = EXCLUSIVE']
  const handle = opened(newFile(), ...pragmas)
  const findings = await sqlite(handle, { assume: { durability: 'durable' } }).open()
  expect(findings.map(({ code }) => code)).toEqual(['fsync-off', 'exclusive-locking'])
  expect(findings[0]).not.toHaveProperty('downgrades')
  expect(findings[1]?.downgrades).toEqual({ shared: false })
  expect(sqlite(handle, { assume: { durability: 'evicting' } }).capabilities.durability).toBe(
    'evicting',
  )
})

test.each([':memory:', 'file::memory:', 'file:name?mode=memory&cache=shared'])(
  'open() rejects a database that is not a file: %j',
  async (name) => {
    const refused = { code: 'TOKENWARD_INVALID_INPUT', message: /@tokenward\/memory/ }
    await expect(sqlite(name).open()).rejects.toMatchObject({
      code: refused.code,
      message: expect.stringMatching(refused.message),
    })
    const handle = database(name)
    await expect(sqlite(handle).open()).rejects.toMatchObject({ code: refused.code })
  },
)
