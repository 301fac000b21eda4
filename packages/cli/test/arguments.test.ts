import { describe, expect, test } from 'vitest'
import { parse, refuseTokens } from '../src/arguments/parse.ts'
import { describeTarget, parseTarget, type TargetValues } from '../src/arguments/targets.ts'
import {
  parseCount,
  parseDuration,
  parseInstant,
  readsStdin,
  refuseOperands,
} from '../src/arguments/values.ts'
import { UsageError } from '../src/exit-code.ts'

const TABLE = {
  subject: { value: 'ID', help: '' },
  file: { value: 'FILE', help: '', repeatable: true },
  kind: { value: 'KIND', help: '', choices: ['token', 'session'] },
  json: { help: '' },
  help: { help: '' },
} as const

describe('options are parsed by the table of the command', () => {
  test.for([
    [['--subject', 'ada', '--json'], { subject: 'ada', json: true }, []],
    [['--subject=-x', '-'], { subject: '-x' }, ['-']],
    [['--subject', '-'], { subject: '-' }, []],
    [['-h'], { help: true }, []],
    [['--', '--json'], {}, ['--json']],
    [['--file', 'a', '--json', '--file=b'], { file: ['a', 'b'], json: true }, []],
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
    [['--subject', '-h'], /^--subject needs a value/],
    [['--subject='], /^--subject is empty/],
    [['--subject', ''], /^--subject is empty/],
    [['--json=yes'], /^--json takes no value/],
    [['--subject', 'a', '--subject', 'b'], /given more than once/],
    [['--file', 'a', '--file', ''], /^--file is empty/],
    [['--kind', 'cutoff'], /^--kind must be one of: token, session\.$/],
  ] as const)('%j is a usage error', ([args, message]) => {
    expect(() => parse(args, TABLE, 'list')).toThrow(UsageError)
    expect(() => parse(args, TABLE, 'list')).toThrow(message)
  })

  test('an id may begin with a dash', () => {
    expect(parse(['--subject', '-UMC'], TABLE, 'list').values).toEqual({ subject: '-UMC' })
    expect(parse(['--subject=--UMC'], TABLE, 'list').values).toEqual({ subject: '--UMC' })
  })
})

describe('a token in any argument is refused and not quoted', () => {
  const token = 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIn0.c2ln'
  test.for([[token], ['--jti', token], [`--subject=${token}`], [`Bearer ${token}`]])(
    '%#',
    (args) => {
      expect(() => refuseTokens(args)).toThrow(/stdin/)
      expect(() => refuseTokens(args)).not.toThrow(/eyJ/)
    },
  )

  test('ids that only resemble a token are accepted', () => {
    expect(() =>
      refuseTokens(['--subject', 'ada.of.lovelace', '--session', 'eyJmYW1pbHk']),
    ).not.toThrow()
  })
})

test('operands are never quoted', () => {
  expect(refuseOperands([], 'list')).toBeUndefined()
  expect(readsStdin([], 'explain')).toBe(false)
  expect(readsStdin(['-'], 'explain')).toBe(true)
  for (const refuse of [
    () => refuseOperands(['secret'], 'list'),
    () => refuseOperands(['-'], 'list'),
    () => readsStdin(['secret'], 'explain'),
    () => readsStdin(['-', '-'], 'explain'),
  ]) {
    expect(refuse).toThrow(UsageError)
    expect(refuse).not.toThrow(/secret/)
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
    expect(parseTarget(values, false)).toEqual(target)
  })

  test.for([
    [{}, /^No target: add one of --subject/],
    // --issuer alone may be an incomplete target, so the whole issuer needs an option of its own.
    [{ issuer }, /^No target/],
    [{ 'whole-issuer': true }, /^--issuer is required with --whole-issuer\.$/],
    [{ everything: true, issuer }, /does not go with --issuer/],
    [{ record: 'r', issuer }, /does not go with --issuer/],
    [{ everything: true, subject: 'ada' }, /do not go together/],
    [{ 'whole-issuer': true, subject: 'ada', issuer }, /do not go together/],
    [{ session: 'f', subject: 'ada' }, /do not go together/],
    [{ jti: 'j', client: 'web' }, /do not go together/],
  ] as const satisfies readonly (readonly [TargetValues, RegExp])[])(
    '%j is refused',
    ([values, message]) => {
      expect(() => parseTarget(values, false)).toThrow(message)
    },
  )

  test('a target needs an issuer with --store', () => {
    for (const values of [{ subject: 'ada' }, { jti: 'j' }, { session: 'f' }]) {
      expect(() => parseTarget(values, true)).toThrow(/^--issuer is required with --store\.$/)
    }
    expect(parseTarget({ record: 'r' }, true)).toEqual({ record: 'r' })
    expect(parseTarget({ everything: true }, true)).toEqual({ everything: true })
  })
})

test.for([
  [{ everything: true }, 'everything'],
  [{ issuer }, `issuer ${issuer}`],
  [{ issuer, subject: 'ada', client: 'web' }, 'subject ada, client web'],
  [{ session: 's' }, 'session s'],
  [{ jti: 'j' }, 'token j'],
  [{ record: 'r' }, 'record r'],
] as const)('%j is described as "%s"', ([target, text]) => {
  expect(describeTarget(target)).toBe(text)
})

describe('times', () => {
  test.for([
    ['2026-11-23', Date.UTC(2026, 10, 23)],
    ['2026-11-23T14:45Z', Date.UTC(2026, 10, 23, 14, 45)],
    ['2026-11-23T14:45:01.5+01:00', Date.UTC(2026, 10, 23, 13, 45, 1, 500)],
  ] as const)('%s', ([text, ms]) => {
    expect(parseInstant('before', text).getTime()).toBe(ms)
  })

  test.for([
    ['2026-11-23T14:45:00', 'no time zone'],
    ['2026-02-30', 'no such day'],
    ['2026-13-01', 'no such month'],
    ['1764000000', 'a number'],
    ['yesterday', 'a word'],
    ['2026', 'a year alone'],
  ])('%s is refused: %s', ([text = '']) => {
    expect(() => parseInstant('before', text)).toThrow(/^--before must be an ISO 8601 time/)
  })
})

test('durations and counts', () => {
  expect(parseDuration('deadline', '1.5s')).toBe('1.5s')
  for (const text of ['10', 's', '-1s', '1 s', '1w']) {
    expect(() => parseDuration('deadline', text)).toThrow(/^--deadline must be a duration/)
  }
  expect(parseCount('limit', '1000', 1000)).toBe(1000)
  for (const text of ['0', '1001', '-1', '1.5', '1e3', '']) {
    expect(() => parseCount('limit', text, 1000)).toThrow(/^--limit must be a whole number/)
  }
})
