import { Pool as NeonPool } from '@neondatabase/serverless'
import pg from 'pg'
import postgresJs from 'postgres'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  POSTGRES_JS_SETTINGS,
  type PoolLike,
  type PostgresJsLike,
  type PostgresOptions,
  postgres,
} from '../src/index.ts'
import { connect, newDatabase } from './support.ts'

const URL_OF_SOMETHING = 'postgres://u:secret@h/d'

const pgliteMethods = { query: () => null, transaction: () => null }

function refusal(database: unknown, options?: unknown): unknown {
  try {
    return postgres(database as string, options as PostgresOptions)
  } catch (error) {
    return error
  }
}

describe('postgres() throws for what cannot be a database', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['an environment variable that is not set', () => process.env['NOPE'], /environment variable/],
    ['null', () => null, /environment variable/],
    ['a number', () => 5432, /a Pool of pg/],
    ['settings of a pool', () => ({ connectionString: URL_OF_SOMETHING }), /new pg\.Pool/],
    ['a client of postgres.js', () => postgresJs(URL_OF_SOMETHING), /\(\) => sql\(url/],
    ['a PGlite in memory', () => ({ ...pgliteMethods }), /@tokenward\/memory/],
    [
      'a PGlite in memory',
      () => ({ ...pgliteMethods, dataDir: 'memory://a' }),
      /@tokenward\/memory/,
    ],
    ['a client', () => new pg.Client(URL_OF_SOMETHING), /a Pool/],
    ['a promise of a pool', () => Promise.resolve(new pg.Pool()), /await/],
    ['an empty string', () => '', /postgres:\/\//],
    ['a host', () => 'localhost', /postgres:\/\//],
    ['settings of libpq', () => 'host=secret', /postgres:\/\//],
    ['a URL of another database', () => 'mysql://u:secret@h/d', /postgres:\/\//],
    ['a password with #', () => 'postgres://u:se#c/ret@h/d', /%-encoded/],
    ['a user with #', () => 'postgres://u#secret@h/d', /%23/],
    ['a password with %', () => 'postgres://u:secret%@h/d', /%25/],
    ['a wrong port', () => 'postgres://u:secret@h:99999/d', /postgres:\/\//],
    ['a misspelt sslmode', () => `${URL_OF_SOMETHING}?sslmode=verify_full`, /verify-full/],
    ['a misspelt parameter', () => `${URL_OF_SOMETHING}?ssl_mode=verify-full`, /sslmode/],
  ])('%s', (_, database, help) => {
    const error = refusal(database())
    expect(error).toMatchObject({
      code: 'TOKENWARD_INVALID_INPUT',
      path: 'database',
      message: expect.stringMatching(help),
    })
    expect((error as Error).message).not.toMatch(/secret|se#c/)
  })
})

describe('postgres() accepts', () => {
  test.each([
    'postgresql://h',
    'postgres:///d?host=/var/run/postgresql',
    'postgres://u:p%23%40%25@h:5433/d?sslmode=verify-full&sslrootcert=/ca.pem&options=-c%20a%3Db',
    'postgres://u:p@h/d?sslmode=require&channel_binding=require&connection_limit=1',
  ])('%s', (url) => {
    expect(postgres(url).name).toBe('postgres')
  })

  test('a Pool of @neondatabase/serverless', () => {
    expect(postgres(new NeonPool({ connectionString: URL_OF_SOMETHING })).name).toBe('postgres')
  })

  test('any object with the methods of a pool', async () => {
    const pool = new pg.Pool({ connectionString: await newDatabase() })
    // The database is dropped by force: an idle connection may learn of it before the pool has ended.
    pool.on('error', () => undefined)
    onTestFinished(() => pool.end())
    const callerPool: PoolLike = {
      connect: (callback) => pool.connect(callback),
      on: (event, listener) => pool.on(event, listener),
      removeListener: (event, listener) => pool.removeListener(event, listener),
    }
    const repository = connect(callerPool)
    expect(await repository.open()).toEqual([])
    await repository.close()
  })
})

describe('open() rejects a function', () => {
  const transform = { column: { from: (name: string) => name.toUpperCase() } }
  test.each<[string, () => unknown, RegExp]>([
    ['that returns nothing', () => undefined, /does not return a client of postgres\.js/],
    ['that returns a pool', () => new pg.Pool(), /does not return a client of postgres\.js/],
    ['that makes a client with other settings', () => postgresJs(), /POSTGRES_JS_SETTINGS/],
    [
      'that makes a client which renames columns',
      () => postgresJs({ ...POSTGRES_JS_SETTINGS, transform }),
      /transform/,
    ],
  ])('%s', async (_, make, message) => {
    const repository = connect(make as () => PostgresJsLike)
    await expect(repository.open()).rejects.toMatchObject({
      code: 'TOKENWARD_INVALID_INPUT',
      path: 'database',
      message: expect.stringMatching(message),
    })
  })
})

describe('postgres() throws for invalid options', () => {
  test.each<[string, unknown, string]>([
    ['a string for the options', 'sessions', 'options'],
    ['null', null, 'options'],
    ['a misspelt name', { namspace: 'a' }, 'namspace'],
    ['a namespace that is not a string', { namespace: 5 }, 'namespace'],
    ['an empty namespace', { namespace: '' }, 'namespace'],
    ['a namespace with NUL', { namespace: 'a\0b' }, 'namespace'],
    ['a namespace that is too long for an index', { namespace: 'é'.repeat(1_000) }, 'namespace'],
    ['a namespace that is not well-formed', { namespace: '\ud800' }, 'namespace'],
    ['an unknown capability', { assume: { durable: true } }, 'assume.durable'],
    ['an unknown durability', { assume: { durability: 'forever' } }, 'assume.durability'],
    ['a string for assume', { assume: 'durable' }, 'assume'],
  ])('%s', (_, options, path) => {
    expect(refusal(URL_OF_SOMETHING, options)).toMatchObject({
      code: 'TOKENWARD_INVALID_INPUT',
      path,
    })
  })
})
