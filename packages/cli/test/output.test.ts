import { NotPrepared, StoreUnavailable } from '@tokenward/core'
import { describe, expect, test } from 'vitest'
import { UsageError } from '../src/exit-code.ts'
import { failureJson, failureLines } from '../src/output/failure.ts'
import { formatNote, jsonText, printable, table } from '../src/output/format.ts'
import { formatSpan, throttledProgress } from '../src/output/progress.ts'
import { redactPatterns, Secrets } from '../src/output/redact.ts'
import { styleFor, wantsColors } from '../src/output/style.ts'

test('a table has columns of equal width and no trailing spaces', () => {
  expect(
    table([
      ['a', 'bb', ''],
      ['ccc', 'd'],
    ]),
  ).toEqual(['a    bb', 'ccc  d'])
})

test('a note cannot control the terminal', () => {
  expect(printable('a\u001b[2Jb\r\n\u009b\u202ec')).toBe(
    'a\\u{001b}[2Jb\\u{000d}\\u{000a}\\u{009b}\\u{202e}c',
  )
  expect(formatNote({ reason: 'lost "phone"', actor: 'ada\u0007' })).toBe(
    '"lost "phone"" by ada\\u{0007}',
  )
  expect(formatNote()).toBe('')
})

test('a failure has its causes, and cannot control the terminal', () => {
  const error = new Error('first\nsecond', { cause: new Error('\u001b[2Jdriver') })
  expect(failureLines(error, new Secrets(), styleFor(false))).toEqual([
    'tokenward: UNEXPECTED: first\n  second',
    '  caused by: \\u{001b}[2Jdriver',
  ])
  expect(failureJson(new UsageError('do that'), new Secrets())).toEqual({
    error: { code: 'USAGE', retryable: false, message: 'do that' },
  })
})

test('a failure of Tokenward has the address of its documentation', () => {
  const url = 'https://tokenward.dev/errors#tokenward_not_prepared'
  const error = new NotPrepared('run tokenward migrate')
  expect(failureLines(error, new Secrets(), styleFor(false)).at(-1)).toBe(`  see: ${url}`)
  expect(failureJson(error, new Secrets()).error.url).toBe(url)
})

describe('the causes of a failure', () => {
  const causes = (error: unknown) => failureJson(error, new Secrets()).error.causes

  test('include the whole chain and all its branches, each message once', () => {
    const refused = ['::1', '127.0.0.1'].map((host) => new Error(`connect ECONNREFUSED ${host}`))
    const driver = Object.assign(new AggregateError(refused, ''), { code: 'ECONNREFUSED' })
    const adapter = new Error('Check the host.', { cause: driver })
    const same = new Error('Check the host.', { cause: adapter })
    const error = new StoreUnavailable('The store failed.', same)
    expect(causes(error)).toEqual([
      'Check the host.',
      'ECONNREFUSED',
      'connect ECONNREFUSED ::1',
      'connect ECONNREFUSED 127.0.0.1',
    ])
    expect(failureLines(error, new Secrets(), styleFor(false)).slice(1, -1)).toEqual(
      causes(error)?.map((cause) => `  caused by: ${cause}`),
    )
  })

  test('end where the chain is circular or very long', () => {
    const circle = new Error('a', { cause: new Error('b') })
    Object.assign(circle.cause as Error, { cause: circle })
    expect(causes(circle)).toEqual(['b'])
    let long = new Error('0')
    for (let n = 1; n < 1_000; n++) long = new Error(String(n), { cause: long })
    expect(causes(long)).toHaveLength(20)
  })

  test('can be any value', () => {
    const unreadable = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no')
        },
      },
    )
    for (const thrown of [
      undefined,
      null,
      0,
      Symbol('s'),
      Object.create(null),
      unreadable,
      { a: 1 },
    ]) {
      const error = failureJson(thrown, new Secrets()).error
      expect(error).toMatchObject({ code: 'UNEXPECTED', message: expect.any(String) })
      expect(() => causes(new AggregateError([thrown, thrown]))).not.toThrow()
    }
    expect(causes(new Error('a', { cause: { message: 'not an Error' } }))).toEqual(['not an Error'])
  })

  test('contain no password of a URL', () => {
    const cause = new Error('at postgres://u:p@ss/w:rd@h/db?sslpassword=canary&x=1')
    expect(causes(new StoreUnavailable('x', cause))).toEqual([
      'at postgres://u:***@h/db?sslpassword=***&x=1',
    ])
  })
})

describe('JSON', () => {
  const hostile =
    'a\u007f\u0085\u009b31m\u202e\u2066\u2069\u200e\u200f\u061c\u2028\u2029\ufeff\u{e0041}\n\ud800'

  test('escapes control characters and keeps the value', () => {
    for (const indent of [undefined, 2]) {
      const text = jsonText({ reason: hostile, [hostile]: 1 }, indent)
      expect(text.replaceAll('\n', '')).toMatch(/^[ -~]*$/)
      expect(JSON.parse(text)).toEqual({ reason: hostile, [hostile]: 1 })
    }
    expect(jsonText('\u009b\u202e')).toBe('"\\u009b\\u202e"')
  })

  test('keeps the letters of all languages', () => {
    expect(jsonText({ reason: 'téléphone 電話 📱' })).toBe('{"reason":"téléphone 電話 📱"}')
  })
})

describe('colors', () => {
  test.for([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
  ] as const)('terminal %s, %j: %s', ([isTTY, environment, wanted]) => {
    expect(wantsColors({ isTTY }, environment)).toBe(wanted)
  })

  test('are used only if wanted', () => {
    expect(styleFor(true).bad('x')).toBe('\u001b[31mx\u001b[39m')
    expect(styleFor(false).bad('x')).toBe('x')
  })
})

describe('patterns of secrets are redacted', () => {
  test.for([
    ['refused: eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIn0.c2ln!', 'refused: ***!'],
    ['at postgres://u:pw@h/db', 'at postgres://u:***@h/db'],
    ['at postgres://u:p@s#s@h/db', 'at postgres://u:***@h/db'],
    ['redis://:pw@h:1, redis://h:2', 'redis://:***@h:1, redis://h:2'],
    ['http://h:80/users/a@b', 'http://h:80/users/a@b'],
    [
      'mongodb://h/db?tlsCertificateKeyFilePassword=pw&w=1',
      'mongodb://h/db?tlsCertificateKeyFilePassword=***&w=1',
    ],
    [
      '{"at":"https://a.example:8443/x","who":"a@b"}',
      '{"at":"https://a.example:8443/x","who":"a@b"}',
    ],
  ])('%s', ([text = '', clean = '']) => {
    expect(redactPatterns(text)).toBe(clean)
  })
})

test('a known secret is redacted from the messages of others only', () => {
  const secrets = new Secrets()
  for (const secret of ['tokenward', 'abc']) secrets.add(secret)
  const driver = new Error('auth as tokenward, abcabc')
  const ours = new NotPrepared('run tokenward migrate', driver)
  expect(failureJson(ours, secrets).error).toMatchObject({
    message: 'run tokenward migrate',
    // The other secret is too short to be redacted everywhere.
    causes: ['auth as ***, abcabc'],
  })
  expect(failureJson(driver, secrets).error.message).toBe('auth as ***, abcabc')
})

describe('progress', () => {
  interface Case {
    readonly isTerminal: boolean
    readonly total: number | null
    readonly json?: boolean
    /** The time in ms, the count, and how many were resealed. */
    readonly calls: readonly (readonly [number, number, number?])[]
  }

  function lines({ isTerminal, total, json = false, calls }: Case): readonly string[] {
    let now = 0
    const shown: string[] = []
    const display = { isTerminal, show: (line: string) => void shown.push(line) }
    const action = 'deleted'
    const progress = throttledProgress({ display, action, total, json, clock: () => now })
    for (const [at, count, resealed] of calls) {
      now = at
      progress(count, resealed === undefined ? {} : { resealed })
    }
    return shown
  }

  test('is a bar with a rate and the time left on a terminal', () => {
    const calls: Case['calls'] = [
      [50, 10],
      [1_000, 250],
      [1_050, 260],
      [2_000, 1_000],
      [3_000, 1_200],
    ]
    expect(lines({ isTerminal: true, total: 1_000, calls })).toEqual([
      '[######------------------]  25 %  250 of 1000 deleted, 250/s, 3s left',
      '[########################] 100 %  1000 of 1000 deleted, 500/s, 0s left',
      '[########################] 100 %  1200 of 1200 deleted, 400/s, 0s left',
    ])
    expect(lines({ isTerminal: true, total: null, calls: calls.slice(0, 2) })).toEqual([
      '250 deleted, 250/s, 1s',
    ])
  })

  test('is one line every two seconds elsewhere', () => {
    const calls: Case['calls'] = [
      [1_000, 1],
      [2_000, 20],
      [2_500, 25],
      [4_100, 41, 7],
    ]
    expect(lines({ isTerminal: false, total: null, calls })).toEqual([
      '20 deleted, 10/s, 2s',
      '41 deleted, 10/s, 5s, 7 resealed',
    ])
    expect(lines({ isTerminal: false, total: 40, calls: calls.slice(0, 2) })).toEqual([
      '50 %: 20 of 40 deleted, 10/s, 2s left',
    ])
  })

  test('is a JSON line where JSON is wanted and there is no terminal', () => {
    const calls: Case['calls'] = [[4_000, 40, 7]]
    const given = { json: true, calls }
    expect(lines({ ...given, isTerminal: false, total: null })).toEqual([
      '{"deleted":40,"resealed":7,"perSecond":10,"elapsed":4000}',
    ])
    expect(lines({ ...given, isTerminal: false, total: 80 })).toEqual([
      '{"deleted":40,"resealed":7,"total":80,"perSecond":10,"elapsed":4000,"left":4000}',
    ])
    expect(lines({ ...given, isTerminal: true, total: null })).toEqual([
      '40 deleted, 10/s, 4s, 7 resealed',
    ])
  })

  test.for([
    [0, '0s'],
    [1, '1s'],
    [59_000, '59s'],
    [60_000, '1m00s'],
    [3_599_001, '1h00m'],
    [3_600_000 * 26 + 61_000, '26h01m'],
  ] as const)('a span of %i ms is %s', ([ms, text]) => {
    expect(formatSpan(ms)).toBe(text)
  })
})
