import { Buffer } from 'node:buffer'
import * as fc from 'fast-check'
import { anyJson, nested } from './fuzzed-json.ts'

/** Who signs: a key that no instance knows, unless it is `own` or `trusted`. */
export type Hand = 'own' | 'trusted' | 'stranger' | 'unknown'

/** A compact JWS before it is signed. Parts are text: JSON has more forms than objects can take. */
export interface Fuzzed {
  readonly header: string
  readonly payload: string
  readonly hand: Hand
  /** How the signed token is changed before it arrives. */
  readonly change: Change
}

export type Change =
  | { readonly is: 'none' }
  | { readonly is: 'bit'; readonly at: number; readonly bit: number }
  | { readonly is: 'character'; readonly at: number; readonly by: string }
  | { readonly is: 'cut'; readonly at: number }
  | { readonly is: 'signature'; readonly by: string }
  | { readonly is: 'part'; readonly part: number; readonly by: string }

/** The expected members: half of the tokens have no others, and pass most checks. */
export interface Usual {
  readonly header: Readonly<Record<string, string>>
  readonly payload: Readonly<Record<string, string>>
}

const names = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'alg',
      'typ',
      'kid',
      'crit',
      'b64',
      'jku',
      'jwk',
      'x5u',
      'x5c',
      'zip',
      'enc',
      'cty',
      'iss',
      'sub',
      'aud',
      'exp',
      'nbf',
      'iat',
      'jti',
      'client_id',
      'sid',
      'scope',
      'cnf',
      'tw',
      '__proto__',
      'constructor',
      'prototype',
      'toString',
      'hasOwnProperty',
      'then',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
)

/** The usual members, some of them odd, omitted or repeated, and some more. */
function members(usual: Readonly<Record<string, string>>): fc.Arbitrary<string> {
  const kept = Object.entries(usual).map(([name, value]) => {
    const line = `${JSON.stringify(name)}:${value}`
    const odd = anyJson.map((other) => `${JSON.stringify(name)}:${other}`)
    return fc.oneof(
      { weight: 24, arbitrary: fc.constant(line) },
      { weight: 2, arbitrary: odd },
      { weight: 1, arbitrary: fc.constant('') },
      { weight: 1, arbitrary: odd.map((other) => `${other},${line}`) },
    )
  })
  const more = fc.tuple(names, anyJson).map(([name, value]) => `${JSON.stringify(name)}:${value}`)
  const others = fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(more, { maxLength: 3 }) },
  )
  return fc
    .tuple(fc.tuple(...kept), others)
    .map(([lines, rest]) => `{${[...lines, ...rest].filter(Boolean).join()}}`)
}

const noObject = fc.oneof(
  anyJson,
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '{', '\ufeff{}'),
)

function part(usual: Readonly<Record<string, string>>): fc.Arbitrary<string> {
  return fc.oneof({ weight: 9, arbitrary: members(usual) }, { weight: 1, arbitrary: noObject })
}

const text = fc.oneof(
  fc.base64String().map((base64) => base64.replaceAll('+', '-').replaceAll('/', '_')),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', '.', '=', '==', ' ', '\n', 'AAAA', 'A'),
)
const at = fc.nat({ max: 100_000 })
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Change>({ is: 'none' }) },
  { weight: 4, arbitrary: fc.record({ is: fc.constant('bit'), at, bit: fc.nat({ max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('character'), at, by: text }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('cut'), at }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('signature'), by: text }) },
  {
    weight: 1,
    arbitrary: fc.record({ is: fc.constant('part'), part: fc.nat({ max: 2 }), by: text }),
  },
)

/** Tokens with every kind of error, and some valid ones. */
export function fuzzedTokens(usual: Usual): fc.Arbitrary<Fuzzed> {
  return fc.record({
    header: part(usual.header),
    payload: part(usual.payload),
    hand: fc.constantFrom<Hand[]>('own', 'trusted', 'stranger', 'unknown'),
    change,
  })
}

/** One of each kind that was wrong before: in every run, however short. */
export function knownTokens({ header, payload }: Usual): readonly Fuzzed[] {
  const objectOf = (members: Readonly<Record<string, string>>) =>
    `{${Object.entries(members).map(([name, value]) => `"${name}":${value}`)}}`
  const usual: Fuzzed = {
    header: objectOf(header),
    payload: objectOf(payload),
    hand: 'own',
    change: { is: 'none' },
  }
  const odd = ['{"toString":1}', nested('[', 5_000), '{"__proto__":null}', '["at+jwt"]']
  return [
    usual,
    { ...usual, hand: 'stranger' },
    { ...usual, change: { is: 'signature', by: '' } },
    ...odd.flatMap((value): Fuzzed[] => [
      { ...usual, hand: 'unknown', payload: objectOf({ ...payload, iss: value }) },
      { ...usual, header: objectOf({ ...header, typ: value }) },
      { ...usual, payload: objectOf({ ...payload, sub: value }) },
      { ...usual, payload: objectOf({ ...payload, extra: value }) },
    ]),
  ]
}

/** A token as it arrives. */
export function changed(token: string, how: Change): string {
  const place = 'at' in how ? how.at % Math.max(token.length, 1) : 0
  switch (how.is) {
    case 'none':
      return token
    case 'bit':
      return replaced(token, place, String.fromCharCode(token.charCodeAt(place) ^ (1 << how.bit)))
    case 'character':
      return replaced(token, place, how.by)
    case 'cut':
      return token.slice(0, place)
    case 'signature':
      return `${token.slice(0, token.lastIndexOf('.') + 1)}${how.by}`
    case 'part':
      return token
        .split('.')
        .map((one, i) => (i === how.part ? how.by : one))
        .join('.')
  }
}

function replaced(token: string, place: number, by: string): string {
  return `${token.slice(0, place)}${by}${token.slice(place + 1)}`
}

export function encodePart(text: string): string {
  return Buffer.from(text).toString('base64url')
}
