import { expect, test } from 'vitest'
import { type ClientLike, sendTogether } from '../src/driver.ts'

function clientThatLogs(nodes: number) {
  const log: string[] = []
  const streamOf = (name: string) => ({
    writable: true,
    cork: () => void log.push(`cork ${name}`),
    uncork: () => void log.push(`uncork ${name}`),
  })
  const primaries = Array.from({ length: nodes }, (_, n) => ({ stream: streamOf(`node ${n}`) }))
  const client = {
    ...(nodes === 0 ? { stream: streamOf('server') } : { nodes: () => primaries }),
    call: async (name: string) => void log.push(name),
  }
  return { client: client as unknown as ClientLike, log }
}

test('a single server gets all commands in one write', async () => {
  const { client, log } = clientThatLogs(0)
  await sendTogether(client, [
    ['get', ['a']],
    ['get', ['b']],
  ])
  expect(log).toEqual(['cork server', 'get', 'get', 'uncork server'])
})

test('each primary of a cluster gets all of its commands in one write', async () => {
  const { client, log } = clientThatLogs(2)
  await sendTogether(client, [['get', ['a']]])
  expect(log).toEqual(['cork node 0', 'cork node 1', 'get', 'uncork node 0', 'uncork node 1'])
})
