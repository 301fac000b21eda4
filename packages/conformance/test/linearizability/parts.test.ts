import type { TokenRepository } from '@tokenward/core'
import { describe, expect, test } from 'vitest'
import { chain, replace } from '../../src/interceptors/intercept.ts'
import { checkHistory } from '../../src/linearizability/check.ts'
import { concurrencyOf, describeConcurrency } from '../../src/linearizability/concurrency.ts'
import { ignoreLateReplies } from '../../src/linearizability/ignore-late-replies.ts'
import { fromJsonLines, toJsonLines } from '../../src/linearizability/json-lines.ts'
import type { Etag, Operation } from '../../src/linearizability/operation.ts'
import { historyRecorder } from '../../src/linearizability/recorder.ts'
import { timeline } from '../../src/linearizability/timeline.ts'
import { INVARIANTS } from '../../src/linearizability/violations.ts'
import mapRepository from '../map-repository.ts'
import { lost, no, read, under, yes } from './operations.ts'

const never = new AbortController().signal

function recordOf(key: string, etag: string) {
  const retainUntil = Date.now() + 60_000
  const kind = { kind: 'token', state: 'active' } as const
  const times = { createdAt: 1, expiresAt: retainUntil, retainUntil }
  return { key, ...kind, etag, ...times, groups: [], body: '{}' }
}

async function recorded(members: Partial<TokenRepository> = {}) {
  const map = mapRepository(`map:${crypto.randomUUID()}`, 'recorder')
  await map.open()
  let instant = 0
  const recorder = historyRecorder(() => instant++)
  const wrap = chain(recorder.wrap('ada'), ignoreLateReplies)
  return { ...recorder, repository: wrap(replace(map, members)) }
}

describe('the recorder', () => {
  test('records each key of a read and each entry of a write', async () => {
    const { repository, operations } = await recorded()
    const writes = ['a', 'b'].map((key) => ({ record: recordOf(key, `${key}1`), expected: null }))
    await repository.write(writes, never)
    await repository.write([{ record: recordOf('a', 'a2'), expected: 'z' }], never)
    await repository.read(['b', 'c'], never)
    const write = { process: 'ada', op: 'write' }
    const seen = { process: 'ada', op: 'read', expected: null, outcome: 'ok', invoke: 4, return: 5 }
    expect(operations).toEqual([
      { ...write, key: 'a', expected: null, etag: 'a1', invoke: 0, return: 1, outcome: 'ok' },
      { ...write, key: 'b', expected: null, etag: 'b1', invoke: 0, return: 1, outcome: 'ok' },
      { ...write, key: 'a', expected: 'z', etag: 'a2', invoke: 2, return: 3, outcome: 'fail' },
      { ...seen, key: 'b', etag: 'b1' },
      { ...seen, key: 'c', etag: null },
    ])
  })

  test('leaves a rejected write open and a rejected read out', async () => {
    const broken = () => Promise.reject(new Error('reset'))
    const { repository, operations } = await recorded({ write: broken, read: broken })
    const write = [{ record: recordOf('a', 'a1'), expected: null }]
    await expect(repository.write(write, never)).rejects.toThrow('reset')
    await expect(repository.read(['a'], never)).rejects.toThrow('reset')
    expect(operations).toMatchObject([{ etag: 'a1', return: null, outcome: 'indeterminate' }])
  })

  test('a call that is aborted midway is open, though it happened', async () => {
    const { repository, operations } = await recorded()
    const giveUp = new AbortController()
    const write = repository.write([{ record: recordOf('a', 'a1'), expected: null }], giveUp.signal)
    giveUp.abort()
    await expect(write).rejects.toBe(giveUp.signal.reason)
    await repository.read(['a'], never)
    expect(operations).toMatchObject([
      { op: 'write', outcome: 'indeterminate', return: null },
      { op: 'read', etag: 'a1' },
    ])
  })

  test('an answer of the wrong length is rejected', async () => {
    const short = { write: async () => [], read: async () => [] }
    const { repository, operations } = await recorded(short)
    const write = [{ record: recordOf('a', 'a1'), expected: null }]
    await expect(repository.write(write, never)).rejects.toThrow('one entry for each change')
    await expect(repository.read(['a'], never)).rejects.toThrow('one entry for each key')
    expect(operations).toMatchObject([{ outcome: 'indeterminate' }])
  })
})

describe('a history as JSON lines', () => {
  const line = JSON.stringify(read(1, 2, null))
  const changed = (members: object) => JSON.stringify({ ...read(1, 2, null), ...members })

  test('is restored unchanged, sorted by its beginning', () => {
    const history = [yes(3, 4, 'a', 'b'), no(1, 9, null, 'c'), lost(2, null, 'd'), read(0, 1, null)]
    const text = toJsonLines(history)
    expect(fromJsonLines(text)).toEqual(history.toSorted((a, b) => a.invoke - b.invoke))
    expect(text.split('\n')[0]).toMatch(
      /^\{"process":"c\d+","key":"k","op":"read","expected":null,"etag":null,"invoke":0,"return":1,"outcome":"ok"\}$/,
    )
  })

  const flaws: Readonly<Record<string, string>> = {
    'no object': '7',
    'a process that is no name': changed({ process: 1 }),
    'another operation': changed({ op: 'delete' }),
    'an etag that is no text': changed({ etag: 7 }),
    'a write of nothing': changed({ op: 'write' }),
    'a read that expects': changed({ expected: 'a' }),
    'an instant beyond exactness': changed({ invoke: 2 ** 53 }),
    'an end before the beginning': changed({ return: 0 }),
    'no end': changed({ return: null }),
    'a read that failed': changed({ outcome: 'fail' }),
    'an open end that is an end': changed({ op: 'write', etag: 'a', outcome: 'indeterminate' }),
    'no JSON': '{',
  }
  for (const [name, flawed] of Object.entries(flaws)) {
    test(`refuses ${name}`, () => {
      expect(() => fromJsonLines(`${line}\n${flawed}\n`)).toThrow(SyntaxError)
      expect(() => fromJsonLines(`${line}\n${line}\n`)).not.toThrow()
    })
  }
})

test('concurrency is counted on each key', () => {
  const overlap = concurrencyOf([
    ...under('one', [read(0, 10, null), yes(5, 15, null, 'a'), read(20, 30, 'a')]),
    ...under('two', [read(0, 10, null), lost(5, null, 'b'), read(12, 14, null)]),
  ])
  expect(overlap).toEqual({ operations: 6, overlapping: 4, indeterminate: 1, spent: 42, busy: 37 })
  expect(describeConcurrency(overlap)).toBe(
    '6 operations, 1 of them indeterminate; 67 % overlapped another on their key, 1.1 at a time on average',
  )
})

/** A long run of one key: a chain of changes, each read by others, with many open writes. */
function longHistory(changes: number): Operation[] {
  let current: Etag = null
  return Array.from({ length: changes }, (_, i) => {
    const [expected, etag, at] = [current, `e${i}`, i * 10]
    current = etag
    return [
      yes(at + 1, at + 8, expected, etag),
      no(at + 2, at + 14, expected, `loser-${i}`),
      lost(at + 3, expected, `lost-${i}`),
      read(at, at + 12, i % 2 === 0 ? expected : etag),
    ]
  }).flat()
}

describe('tens of thousands of operations on one key', () => {
  const operations = longHistory(6_000)

  test('are linearizable', () => {
    expect(checkHistory(operations)).toMatchObject({ linearizable: true, operations: 24_000 })
  })

  test('are not linearizable because of the last one, and two others prove it', () => {
    const stale = read(200_000, 200_001, 'e77')
    const result = checkHistory([...operations, stale])
    expect(result).toMatchObject({ invariant: INVARIANTS.olderThanAcknowledged })
    if (result.linearizable) return
    expect(result.segment.operations.length).toBeLessThanOrEqual(4)
    expect(result.segment.operations).toContain(stale)
  })

  test('are shrunk to a few where only a search finds the violation', () => {
    const [at, last] = [200_000, 'e5999']
    const puzzle = [
      yes(at, at + 10, last, 'a'),
      no(at + 1, at + 2, last, 'b'),
      no(at + 3, at + 5, 'a', 'c'),
    ]
    const noise = [read(at - 9, at - 8, last), read(at + 1, at + 9, 'a'), read(at, at + 3, last)]
    const result = checkHistory([...operations, ...noise, ...puzzle])
    expect(result).toMatchObject({ invariant: INVARIANTS.noOrder })
    if (!result.linearizable)
      expect(result.segment).toEqual({ initial: [last], operations: puzzle })
  })

  test('are checked though no operation ever ended: then the segment may be long', () => {
    const throughout = read(0, 300_000, 'e77')
    const [at, initial] = [200_000, 'e5999']
    const refusals = [no(at + 1, at + 2, initial, 'b'), no(at + 3, at + 5, 'a', 'c')]
    const puzzle = [yes(at, at + 10, initial, 'a'), ...refusals]
    const result = checkHistory([throughout, ...operations, ...puzzle])
    expect(result).toMatchObject({ invariant: INVARIANTS.noOrder })
    if (result.linearizable) return
    expect(result.segment.operations).toEqual(expect.arrayContaining(refusals))
    expect(result.timeline.split('\n').length).toBeLessThan(50)
  })

  test('are shrunk to a few, of which one was lost long before', () => {
    const [at, initial] = [200_000, 'e5999']
    const [early, pause] = [lost(at, initial, 'a'), read(at + 1, at + 2, initial)]
    const puzzle = [no(at + 11, at + 12, initial, 'b'), no(at + 13, at + 15, 'a', 'c')]
    const beside = read(at + 10, at + 20, initial)
    const result = checkHistory([...operations, early, pause, beside, ...puzzle])
    expect(result).toMatchObject({ invariant: INVARIANTS.noOrder })
    if (result.linearizable) return
    expect(result.segment).toEqual({ initial: [initial], operations: [early, ...puzzle] })
  })

  test('are not shrunk to a refusal that was explained', () => {
    const [at, initial] = [200_000, 'e5999']
    const beside = [1, 2, 3].map((i) => read(at + i, at + 40, initial))
    const refused = no(at + 4, at + 14, initial, 'y')
    const explains = yes(at + 5, at + 15, initial, 'x')
    const refusals = [no(at + 21, at + 22, 'x', 'b'), no(at + 23, at + 25, 'a', 'c')]
    const puzzle = [explains, yes(at + 20, at + 30, 'x', 'a'), ...refusals]
    const result = checkHistory([...operations, ...beside, refused, ...puzzle])
    expect(result).toMatchObject({ invariant: INVARIANTS.noOrder })
    if (!result.linearizable)
      expect(result.segment).toEqual({ initial: [initial], operations: puzzle })
  })
})

test('a timeline shows which operations ended before others, and shortens etags to distinct prefixes', () => {
  const operations = [
    { ...yes(0, 40, null, 'a-long-etag-1'), process: 'ada' },
    { ...lost(10, null, 'a-long-etag-2'), process: 'bo' },
    { ...no(20, 30, 'a-long-etag-1', 'b-long-etag'), process: 'cy' },
    { ...read(50, 60, 'a-long-etag-1'), process: 'ada' },
  ]
  const drawn = timeline({ initial: [null], operations })
  expect(drawn.split('\n').map((line) => line.trimEnd())).toEqual([
    '  at first: nothing',
    '  ada |---|    write nothing -> a-long-etag-1: true',
    '  bo   |...... write nothing -> a-long-etag-2: no answer',
    '  cy    ||     write a-long-etag-1 -> b-long-etag: false',
    '  ada      ||  read: a-long-etag-1',
  ])
})
