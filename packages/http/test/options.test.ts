import { isTokenwardError } from '@tokenward/core'
import { expect, test } from 'vitest'
import { bearer as expressBearer } from '../src/express.ts'
import { bearer as honoBearer } from '../src/hono.ts'
import { bearer, Guard, isRevoked, mcpVerifier, trusted, type Verifier } from '../src/index.ts'
import { RequireScope } from '../src/nest.ts'

const tokens: Verifier = { verify: () => Promise.reject(new Error('The test does not verify.')) }
const make = (options: object) => () => new Guard(tokens, options)

/** The property that an error names. */
function pathOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    if (isTokenwardError(error, 'TOKENWARD_INVALID_INPUT')) return error.path
    throw error
  }
  throw new Error('The call threw nothing.')
}

const WRONG: readonly (readonly [string, object])[] = [
  ['relm', { relm: 'api' }],
  ['realm', { realm: undefined }],
  ['realm', { realm: '' }],
  ['realm', { realm: 'a\r\nSet-Cookie: b' }],
  ['realm', { realm: 'caf\u00e9' }],
  ['realm', { realm: 'a'.repeat(1025) }],
  ['realm', { realm: 1 }],
  ['scope', { scope: '' }],
  ['scope', { scope: 'read  write' }],
  ['scope', { scope: 'read\r\nwrite' }],
  ['scope', { scope: 're"ad' }],
  ['scope', { scope: ['read'] }],
  ['audience', { audience: '' }],
  ['audience', { audience: [] }],
  ['audience', { audience: [1] }],
  ['resourceMetadata', { resourceMetadata: '/metadata' }],
  ['resourceMetadata', { resourceMetadata: 'http://api.example/metadata' }],
  ['resourceMetadata', { resourceMetadata: 'https://user:secret@api.example/' }],
  ['resourceMetadata', { resourceMetadata: 'https://api.example/#a' }],
  ['optional', { optional: 'true' }],
  ['schemes', { schemes: [] }],
  ['schemes', { schemes: 'Bearer' }],
  ['schemes', { schemes: ['Basic'] }],
  ['schemes', { schemes: ['DPoP'] }],
  ['confirm', { confirm: true }],
  ['onRefused', { onRefused: 'log' }],
]

test.for(WRONG)('%s is checked when a guard is made: %o', ([path, options]) => {
  expect(pathOf(make(options))).toBe(path)
  expect(pathOf(() => bearer(tokens, options))).toBe(path)
  expect(pathOf(() => expressBearer(tokens, options))).toBe(path)
  expect(pathOf(() => honoBearer(tokens, options))).toBe(path)
})

test.for([null, [], 'read'])('the options may not be %o', (options) => {
  expect(pathOf(make(options as never))).toBe('options')
})

test.for([undefined, null, {}, Promise.resolve(tokens)])(
  'something else than an instance is refused: %o',
  (wrong) => {
    const verifier = wrong as never
    expect(pathOf(() => new Guard(verifier))).toBe('tokens')
    expect(pathOf(() => isRevoked(verifier))).toBe('tokens')
    expect(pathOf(() => trusted(verifier))).toBe('tokens')
    const options = { resource: 'https://mcp.example', invalidToken: () => new Error() }
    expect(pathOf(() => mcpVerifier(verifier, options))).toBe('tokens')
  },
)

test('the scope of an operation is checked when its guard is made', () => {
  const scope = 'a\r\nb'
  expect(pathOf(() => expressBearer(tokens).requireScope(scope))).toBe('scope')
  expect(pathOf(() => honoBearer(tokens).requireScope(scope))).toBe('scope')
  expect(pathOf(() => RequireScope(scope))).toBe('scope')
})

test('the options of hooks are checked', () => {
  expect(pathOf(() => isRevoked(tokens, { audiences: 'a' } as never))).toBe('audiences')
  expect(pathOf(() => trusted(tokens, { audience: '' }))).toBe('audience')
  expect(pathOf(() => trusted(tokens, { getToken: 'cookie' } as never))).toBe('getToken')
  expect(pathOf(() => mcpVerifier(tokens, {} as never))).toBe('resource')
  const resource = 'https://mcp.example'
  expect(pathOf(() => mcpVerifier(tokens, { resource } as never))).toBe('invalidToken')
})
