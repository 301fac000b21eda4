import { describe, expect, test } from 'vitest'
import { countOf } from '../src/arguments/counts.ts'
import { durationOf } from '../src/arguments/durations.ts'
import { instantOf } from '../src/arguments/instants.ts'
import { takesStdin } from '../src/arguments/operands.ts'
import { parse, refuseTokens } from '../src/arguments/parse.ts'
import { type TargetValues, targetOf } from '../src/arguments/targets.ts'
import { UsageError } from '../src/usage-error.ts'

const TABLE = {
  subject: { value: 'ID', help: '' },
  kind: { value: 'KIND', help: '', choices: ['token', 'session'] },
  json: { help: '' },
  help: { help: '' },
} as const

describe('options are parsed by their table', () => {
  test.for([
    [['--subject', 'ada', '--json'], { subject: 'ada', json: true }, []],
    [['--subject=-x', '-'], { subject: '-x' }, ['-']],
    [['--subject', '-'], { subject: '-' }, []],
    [['-h'], { help: true }, []],
    [['--', '--json'], {}, ['--json']],
  ] as const)('%j', ([args, values, operands]) => {
    expect(parse(args, TABLE, 'list')).toEqual({ values, operands })
  })

  test.for([
    [['--sbject', 'ada'], /^Unknown option --sbject\. See: tokenward help list$/],
    [['-x'], /^Unknown option -x/],
    [['--constructor'], /^Unknown option --constructor/],
    [['--__proto__=x'], /Unknown option/],
    [['--subject'], /^--subject needs a value: --subject ID/],
    [['--subject', '--json'], /^--subject needs a value/],
    [['--subject='], /^--subject is empty/],
    [['--subject', ''], /^--subject is empty/],
    [['--json=yes'], /^--json takes no value/],
    [['--subject', 'a', '--subject', 'b'], /given twice/],
    [['--kind', 'cutoff'], /^--kind must be one of: token, session\.$/],
  ] as const)('%j is a usage error', ([args, message]) => {
    expect(() => parse(args, TABLE, 'list')).toThrow(UsageError)
    expect(() => parse(args, TABLE, 'list')).toThrow(message)
  })
})

describe('a token among the arguments is refused, wherever it stands, and not quoted', () => {
  const token = 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIn0.c2ln'
  test.for([[token], ['--jti', token], [`--subject=${token}`], [`Bearer ${token}`]])(
    '%#',
    (args) => {
      expect(() => refuseTokens(args)).toThrow(/standard input/)
      expect(() => refuseTokens(args)).not.toThrow(/eyJ/)
    },
  )

  test('ids that only look a little like one are taken', () => {
    expect(() =>
      refuseTokens(['--subject', 'ada.of.lovelace', '--session', 'eyJmYW1pbHk']),
    ).not.toThrow()
  })
})

test('operands are never quoted', () => {
  expect(takesStdin([], 'list', false)).toBe(false)
  expect(takesStdin(['-'], 'explain', true)).toBe(true)
  for (const [operands, may] of [
    [['secret'], true],
    [['-', '-'], true],
    [['-'], false],
  ] as const) {
    expect(() => takesStdin(operands, 'explain', may)).toThrow(UsageError)
    expect(() => takesStdin(operands, 'explain', may)).not.toThrow(/secret/)
  }
})

const issuer = 'https://a.example'

describe('targets', () => {
  test.for([
    [{ subject: 'ada' }, { subject: 'ada' }],
    [
      { subject: 'ada', client: 'web', issuer },
      { subject: 'ada', client: 'web', issuer },
    ],
    [{ client: 'web' }, { client: 'web' }],
    [{ session: 'f' }, { session: 'f' }],
    [
      { jti: 'j', issuer },
      { jti: 'j', issuer },
    ],
    [{ record: 'r' }, { record: 'r' }],
    [{ everything: true }, { everything: true }],
    [{ 'whole-issuer': true, issuer }, { issuer }],
  ] as const satisfies readonly (readonly [TargetValues, object])[])('%j', ([values, target]) => {
    expect(targetOf(values, false)).toEqual(target)
  })

  test.for([
    [{}, /^Of what/],
    // The whole issuer must be said, for --issuer alone may be half a thought.
    [{ issuer }, /^Of what/],
    [{ 'whole-issuer': true }, /--issuer URL/],
    [{ everything: true, issuer }, /not of one issuer/],
    [{ record: 'r', issuer }, /not of one issuer/],
    [{ everything: true, subject: 'ada' }, /do not go together/],
    [{ 'whole-issuer': true, subject: 'ada', issuer }, /do not go together/],
    [{ session: 'f', subject: 'ada' }, /do not go together/],
    [{ jti: 'j', client: 'web' }, /do not go together/],
  ] as const satisfies readonly (readonly [TargetValues, RegExp])[])(
    '%j is refused',
    ([values, message]) => {
      expect(() => targetOf(values, false)).toThrow(message)
    },
  )

  test('a store alone does not say whose', () => {
    for (const values of [{ subject: 'ada' }, { jti: 'j' }, { session: 'f' }]) {
      expect(() => targetOf(values, true)).toThrow(/--issuer/)
    }
    expect(targetOf({ record: 'r' }, true)).toEqual({ record: 'r' })
    expect(targetOf({ everything: true }, true)).toEqual({ everything: true })
  })
})

describe('instants', () => {
  test.for([
    ['2026-11-23', Date.UTC(2026, 10, 23)],
    ['2026-11-23T14:45Z', Date.UTC(2026, 10, 23, 14, 45)],
    ['2026-11-23T14:45:01.5+01:00', Date.UTC(2026, 10, 23, 13, 45, 1, 500)],
  ] as const)('%s', ([text, ms]) => {
    expect(instantOf('before', text).getTime()).toBe(ms)
  })

  test.for([
    ['2026-11-23T14:45:00', 'without a zone'],
    ['2026-02-30', 'a day that is not'],
    ['2026-13-01', 'a month that is not'],
    ['1764000000', 'a number'],
    ['yesterday', 'a word'],
    ['2026', 'a year alone'],
  ])('%s is refused: %s', ([text = '']) => {
    expect(() => instantOf('before', text)).toThrow(/^--before must be an instant/)
  })
})

test('durations and counts', () => {
  expect(durationOf('deadline', '1.5s')).toBe('1.5s')
  for (const text of ['10', 's', '-1s', '1 s', '1w']) {
    expect(() => durationOf('deadline', text)).toThrow(/^--deadline must be a duration/)
  }
  expect(countOf('limit', '1000', 1000)).toBe(1000)
  for (const text of ['0', '1001', '-1', '1.5', '1e3', '']) {
    expect(() => countOf('limit', text, 1000)).toThrow(/^--limit must be a whole number/)
  }
})
