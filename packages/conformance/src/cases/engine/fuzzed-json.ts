import * as fc from 'fast-check'

const deep = fc
  .tuple(fc.constantFrom('[', '{"a":'), fc.constantFrom(1, 60, 1_000, 2_000, 5_000, 20_000))
  .map(([open, levels]) => nested(open, levels))

/** @param open `[` or `{"a":` */
export function nested(open: string, levels: number): string {
  const close = open === '[' ? ']' : '}'
  return `${open.repeat(levels)}1${close.repeat(levels)}`
}

/** JSON that attacks code which converts, compares or copies it. */
const hostile = fc.constantFrom(
  '{"toString":1}',
  '{"toString":null,"valueOf":null}',
  '{"toJSON":1}',
  '{"length":1e9}',
  '{"__proto__":{"polluted":1}}',
  '{"__proto__":null}',
  '{"constructor":{"prototype":{"polluted":1}}}',
  '[["at+jwt"]]',
  '["ES256"]',
  '{"then":1}',
  '[null]',
  '1e999',
  '-1e999',
  '1e-999',
  '-0',
  '9007199254740993',
  '8640000000000001',
  '0.1',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\u0000"',
  '"\\u007f"',
  '"\\r\\nSet-Cookie: a=b"',
  '"$&"',
  '"__proto__"',
  '"constructor"',
  '""',
  'null',
  'true',
  '"none"',
  '"HS256"',
  '"ES256"',
  '"at+jwt"',
  '"rt+jwt"',
  '"APPLICATION/AT+JWT"',
)

export const anyJson: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: hostile },
  { weight: 3, arbitrary: fc.json({ maxDepth: 4 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)) },
  { weight: 1, arbitrary: fc.double().map((number) => JSON.stringify(number) ?? 'null') },
  { weight: 1, arbitrary: deep },
)
