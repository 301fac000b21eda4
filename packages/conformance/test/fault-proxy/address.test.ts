import { expect, test } from 'vitest'
import { addressOf, urlAt } from '../../src/fault-proxy/address.ts'

const there = { host: '127.0.0.1', port: 20_001 }

test.each([
  ['postgres://u:p%40ss@db.example:5432/app?sslmode=require', 'db.example', 5432],
  ['redis://localhost:6379/3', 'localhost', 6379],
  ['postgres://[::1]:5432/app', '::1', 5432],
])('%s has an address', (url, host, port) => {
  expect(addressOf({ url })).toEqual({ host, port })
})

test('only the address changes', () => {
  const url = 'postgres://u:p%40ss@db.example:5432/app?sslmode=require'
  expect(urlAt({ url }, there)).toBe('postgres://u:p%40ss@127.0.0.1:20001/app?sslmode=require')
})

test('the handle takes precedence', () => {
  const located = { url: 'a:1,b:2', address: { host: 'a', port: 1 }, at: () => 'c:3' }
  expect(addressOf(located)).toEqual({ host: 'a', port: 1 })
  expect(urlAt(located, there)).toBe('c:3')
})

test.each(['localhost:11211', 'map:7', 'postgres://localhost/app', '/tmp/tokens.db'])(
  '%s has no address, and the error names the missing member',
  (url) => {
    expect(() => addressOf({ url })).toThrow('`address`')
  },
)

test('the address cannot be replaced either', () => {
  expect(() => urlAt({ url: 'localhost:11211' }, there)).toThrow('`at(address)`')
})
