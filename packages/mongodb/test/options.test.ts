import { MongoClient } from 'mongodb'
import { describe, expect, test } from 'vitest'
import { type MongoClientLike, type MongodbOptions, mongodb } from '../src/index.ts'
import { client } from './support.ts'

/** The error that mongodb() throws for these arguments. */
function refusal(server: unknown, options?: unknown): Error {
  try {
    mongodb(server as MongoClientLike, options as MongodbOptions)
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

const refused = (path: string) => ({ code: 'TOKENWARD_INVALID_INPUT', path })

describe('mongodb() refuses a URL with help', () => {
  test.each([
    ['', 'must be a URL'],
    ['localhost', 'must be a URL'],
    ['postgres://u:secret@h/d', 'must be a URL'],
    ['mongodb://', 'must be a URL'],
    ['mongodb:///d', 'must be a URL'],
    ['mongodb://u:se/cret@h/d', 'must be a URL'],
    ['mongodb://u:se%cret@h/d', 'must be a URL'],
    ['mongodb://u:secret@h:port/d', 'must be a URL'],
    ['mongodb://u:secret@h:99999/d', 'must be a URL'],
    ['mongodb://u:secret@h,/d', 'must be a URL'],
    ['mongodb://u:secret@h/%zz', 'must be a URL'],
    ['mongodb://u:secret@h/d?tls=perhaps', 'must be a URL'],
    ['mongodb://u:secret@h/d?connectTimeoutMS=soon', 'must be a URL'],
    ['mongodb://u:secret@h/d?unknownName=1', 'option unknownname is not supported'],
    ['mongodb://u:secret@h', 'names no database'],
    ['mongodb://u:secret@h/', 'names no database'],
    ['mongodb://u:secret@h/?replicaSet=rs0', 'names no database'],
    ['mongodb+srv://u:secret@h.example/', 'names no database'],
    ['mongodb://u:secret@h/admin', 'authSource'],
    ['mongodb://u:secret@h/local', 'authSource'],
    ['mongodb://u:secret@h/config', 'authSource'],
    ['mongodb://u:secret@h/a.b', 'cannot store records'],
    ['mongodb://u:secret@h/a%20b', 'cannot store records'],
    [`mongodb://u:secret@h/${'d'.repeat(64)}`, 'cannot store records'],
  ])('%j', (url, help) => {
    const error = refusal(url)
    expect(error).toMatchObject({
      ...refused('server'),
      message: expect.stringContaining(help),
    })
    expect(`${error.message} ${error.cause}`).not.toMatch(/secret|cret@/)
  })

  test.each([
    'mongodb://h/d',
    'mongodb://u:p%40@[::1]:27017,h2/d?replicaSet=rs0',
    'mongodb+srv://h.example/d',
    'mongodb://%2Ftmp%2Fmongodb-27017.sock/d',
  ])('and accepts %j', (url) => {
    expect(mongodb(url).name).toBe('mongodb')
  })
})

describe('mongodb() refuses another value with help', () => {
  const own = new MongoClient('mongodb://h/d')

  test.each<[string, unknown, string]>([
    ['undefined', undefined, 'environment variable'],
    ['null', null, 'or a MongoClient'],
    ['a number', 7, 'or a MongoClient'],
    ['an empty object', {}, 'or a MongoClient'],
    ['a URL object', new URL('mongodb://h/d'), 'or a MongoClient'],
    ['the class', MongoClient, 'or a MongoClient'],
    ['a promise', Promise.resolve(own), 'await it'],
    ['a Db', own.db(), 'pass its MongoClient'],
    ['a connection of Mongoose', { getClient: () => own }, 'getClient()'],
    ['a client of another driver', { db: () => ({}) }, 'must be a MongoClient of mongodb'],
    ['a client whose db() returns undefined', { db: () => undefined }, 'must be a MongoClient'],
    ['a client for a system database', new MongoClient('mongodb://h/admin'), 'authSource'],
    [
      'a client that throws',
      {
        db: () => {
          throw new Error('x')
        },
      },
      'db() throws',
    ],
  ])('%s', (_, server, help) => {
    const message = expect.stringContaining(help)
    expect(refusal(server)).toMatchObject({ ...refused('server'), message })
  })

  test('and accepts a MongoClient', () => {
    expect(mongodb(client('mongodb://h/d')).namespace).toBe('default')
  })
})

test.each<[string, unknown]>([
  ['options', null],
  ['options', 'default'],
  ['readconcern', { readconcern: 'majority' }],
  ['namespace', { namespace: 7 }],
  ['namespace', { namespace: null }],
  ['namespace', { namespace: '' }],
  ['namespace', { namespace: '\ud800' }],
  ['namespace', { namespace: 'é'.repeat(1_000) }],
  ['readConcern', { readConcern: 'local' }],
  ['readConcern', { readConcern: null }],
  ['assume', { assume: null }],
  ['assume', { assume: 'durable' }],
  ['assume.linearizable', { assume: { linearizable: false } }],
  ['assume.failoverSafe', { assume: { failoverSafe: true } }],
  ['assume.durability', { assume: { durability: 'eternal' } }],
])('mongodb() refuses %s: %j', (path, options) => {
  expect(refusal('mongodb://h/d', options)).toMatchObject(refused(path))
})

test('options that are changed after the call have no effect', () => {
  const assume: { durability?: 'durable' | 'evicting' } = { durability: 'durable' }
  const repository = mongodb('mongodb://h/d', { assume })
  assume.durability = 'evicting'
  expect(repository.capabilities.durability).toBe('durable')
})
