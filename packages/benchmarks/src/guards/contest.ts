import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { start } from '@tokenward/testbed'
import { Pool } from 'undici'
import type { Contest } from '../contestants.ts'
import type { Contestant } from '../measure.ts'
import { DURABLE } from '../stores/redis.ts'
import type { Application } from './server.ts'

/** In each round. */
const REQUESTS = 4_000

/** Requests by HTTP to applications with and without a guard. */
export interface GuardContest extends Contest {
  /** The name and version of the server of the store. */
  readonly server: string
  /** The CPU time that the process of the applications has used until now, in µs. */
  serverCpu(): Promise<number>
}

export async function guardContest(concurrency: number): Promise<GuardContest> {
  const store = await start('redis', { settings: DURABLE })
  const servers = fork(join(import.meta.dirname, 'server.ts'), [store.url])
  const applications = (await answerOf(servers)) as readonly Application[]
  const pools = applications.map(({ url }) => new Pool(url, { connections: concurrency }))
  const contestants = applications.map(
    (application, i) => [application.name, contestantOn(application, pools[i])] as const,
  )
  return {
    server: `${store.server.name} ${store.server.version}`,
    contestants: Object.fromEntries(contestants),
    async serverCpu() {
      servers.send('cpu')
      return Number(await answerOf(servers))
    },
    async close() {
      await Promise.all(pools.map((pool) => pool.close()))
      servers.disconnect()
      await once(servers, 'exit')
      await store.stop()
    },
  }
}

async function answerOf(servers: ChildProcess): Promise<unknown> {
  const waiting = new AbortController()
  const ended = once(servers, 'exit', waiting).then(() => {
    throw new Error('the process of the applications has ended')
  })
  try {
    const [answer] = await Promise.race([once(servers, 'message', waiting), ended])
    return answer
  } finally {
    waiting.abort()
  }
}

function contestantOn({ accessTokens }: Application, pool: Pool | undefined): Contestant {
  const headers = accessTokens.map((token) => ({ authorization: `Bearer ${token}` }))
  return {
    count: REQUESTS,
    async run(n) {
      const sent = {
        path: '/me',
        method: 'GET',
        headers: headers[n % headers.length] ?? {},
      } as const
      const response = await pool?.request(sent)
      const body = await response?.body.text()
      if (response?.statusCode !== 200) throw new Error(`${response?.statusCode}: ${body}`)
    },
  }
}
