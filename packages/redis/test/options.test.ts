import { Cluster, Redis } from 'ioredis'
import { createClient, createCluster } from 'redis'
import { expect, onTestFinished, test, vi } from 'vitest'
import { retryDelayMs } from '../src/driver-options.ts'
import { redis } from '../src/index.ts'
import { NodeRedisConnection } from '../src/node-redis-connection.ts'
import { parseServer } from '../src/options.ts'

/** Called without type checking, as from JavaScript. */
const make = redis as (...args: unknown[]) => unknown

function refusal(...args: unknown[]): Error & { path: string } {
  try {
    make(...args)
  } catch (error) {
    return error as Error & { path: string }
  }
  throw new Error('the arguments were accepted')
}

const URL = 'redis://h'

test.each([
  '',
  'localhost',
  'localhost:6379',
  'mysql://u:secret@h/d',
  'redis://u:se#c/ret@h/0',
  'redis://se#cret@h/0',
  'redis://u:se%zzcret@h/0',
  'host=secret',
  'redis:',
  'redis://',
  'redis:///0',
  'redis://h:0',
  'redis://h:70000',
  'redis://h/-1',
  'redis://h/app',
  'redis://h/0x1',
  'redis://h/1.5',
  'redis://h/1/2',
  'redis://h/%31',
  'redis://h/9999999999',
  'redis://se?cret@h/0',
  'redis://h?db=1',
  'redis://h?family=5',
  'redis://h/0?lazyConnect=false',
])('the URL %j is refused, and is not in the message', (wrong) => {
  const error = refusal(wrong)
  expect(error).toMatchObject({ code: 'TOKENWARD_INVALID_INPUT', path: 'server' })
  expect(error.message).toMatch(/redis:\/\/|query/)
  expect(error.message).not.toMatch(/secret|se#c/)
})

test('a URL is parsed into the options of the driver', () => {
  const plain = { host: 'h', port: 6379, username: '', password: '', db: 0 }
  expect(parseServer(URL)).toEqual(plain)
  expect(parseServer('redis://h/')).toEqual(plain)
  expect(parseServer('redis://h:1/3?family=6')).toEqual({ ...plain, port: 1, db: 3, family: 6 })
  expect(parseServer('REDISS://h'), 'never without TLS').toEqual({ ...plain, tls: {} })
  expect(parseServer(' rediss://h\n')).toEqual({ ...plain, tls: {} })
  expect(parseServer('redis://:p%40@[::1]')).toEqual({ ...plain, host: '::1', password: 'p@' })
})

/** From other drivers, or passed by mistake. */
const noClients: [string, unknown][] = [
  ['undefined', undefined],
  ['null', null],
  ['a number', 6379],
  ['an object', {}],
  ['a class', Redis],
  ['an array', ['redis://h']],
  ['settings', { host: 'h', port: 6379 }],
  ['a client of another driver', { duplicate: () => undefined, options: {}, isOpen: false }],
  ['a client without settings', { duplicate: () => undefined, isCluster: false }],
]

test.each(noClients)('%s is refused as a client', (_, wrong) => {
  expect(refusal(wrong)).toMatchObject({ code: 'TOKENWARD_INVALID_INPUT', path: 'server' })
})

test('a client with an invalid database number is refused, and a cluster with any but 0', () => {
  for (const db of ['app', -1, 1.5]) {
    const client = new Redis({ db: db as number, lazyConnect: true })
    expect(refusal(client).message).toMatch(/^server: its option db/)
  }
  const cluster = new Cluster(['h'], { lazyConnect: true, redisOptions: { db: 1 } })
  onTestFinished(() => cluster.disconnect())
  expect(refusal(cluster).message).toMatch(/database 0 alone/)
})

test('a client of redis is refused with a setting that the store cannot follow', () => {
  expect(refusal(createClient({ keyPrefix: 'app:' })).message).toMatch(/keyPrefix/)
  expect(refusal(createClient({ database: 1.5 })).message).toMatch(/option database/)
  const cluster = createCluster({ rootNodes: [{ url: URL }] })
  expect(refusal(cluster).message).toMatch(/for Cluster and Sentinel pass a client of ioredis/)
})

test('a connection by redis queues no command, repeats none, and has the settings of the client', () => {
  const template = createClient({ url: 'redis://ada:secret@h:1/3', socket: { noDelay: false } })
  const duplicate = vi.spyOn(Object.getPrototypeOf(template), 'duplicate')
  onTestFinished(() => duplicate.mockRestore())
  new NodeRedisConnection(template)
  const [made] = duplicate.mock.results
  expect(made?.value.options).toMatchObject({
    username: 'ada',
    database: 3,
    disableOfflineQueue: true,
    maintNotifications: 'disabled',
    RESP: 2,
    socket: { host: 'h', port: 1, noDelay: false, reconnectStrategy: retryDelayMs },
  })
  expect(template.options).not.toHaveProperty('disableOfflineQueue')
})

test.each<[string, unknown]>([
  ['namespace', { namespace: '\uD800' }],
  ['namespace', { namespace: '' }],
  ['namespace', { namespace: 'n'.repeat(1025) }],
  ['namespace', { namespace: 1 }],
  ['namespace', { namespace: null }],
  ['assume', { assume: 'durable' }],
  ['assume', { assume: null }],
  ['assume.failoverSafe', { assume: { failoverSafe: true } }],
  ['assume.durability', { assume: { durability: 'eternal' } }],
  ['namepsace', { namepsace: 'a' }],
  ['options', 'a'],
  ['options', null],
])('%s: %j is refused', (path, options) => {
  expect(refusal(URL, options)).toMatchObject({ code: 'TOKENWARD_INVALID_INPUT', path })
})
