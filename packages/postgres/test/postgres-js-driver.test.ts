import { expect, test } from 'vitest'
import {
  POSTGRES_JS_SETTINGS,
  PostgresJsDriver,
  type PostgresJsLike,
} from '../src/drivers/postgres-js.ts'

/** Clients that write down how they are ended, and whose statements fail as on a connection that broke. */
function brokenClients() {
  const ends: string[] = []
  let count = 0
  const make = (): PostgresJsLike => {
    const name = `client ${++count}`
    return {
      options: POSTGRES_JS_SETTINGS,
      unsafe: async () => Promise.reject(new Error('write CONNECTION_CLOSED')),
      typed: (value) => value,
      begin: async () => undefined,
      end: async () => void ends.push(`${name} ended`),
      close: async () => void ends.push(`${name} closed`),
    }
  }
  return { make, ends }
}

test('each client is closed after its end, because it may still have connected', async () => {
  const { make, ends } = brokenClients()
  const driver = new PostgresJsDriver(make)
  const connection = await driver.connect()
  await expect(connection.query({ text: 'SELECT 1' })).rejects.toThrow('CONNECTION_CLOSED')
  await driver.close()
  expect(ends.toSorted()).toEqual([
    'client 1 closed',
    'client 1 ended',
    'client 2 closed',
    'client 2 ended',
  ])
})

test('a client that does not close holds up the end for a second', async () => {
  const { make, ends } = brokenClients()
  const driver = new PostgresJsDriver(() => ({ ...make(), close: () => new Promise(() => {}) }))
  await driver.close()
  expect(ends).toEqual(['client 1 ended'])
})
