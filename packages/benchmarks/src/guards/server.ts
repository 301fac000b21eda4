// A process of its own with all applications: its CPU time is that of the servers, without the client's.
import { generateKeys } from '@tokenward/core'
import { memory } from '@tokenward/memory'
import { redis } from '@tokenward/redis'
import { Redis } from 'ioredis'
import { decodeJwt } from 'jose'
import { openInstance } from '../tokenward.ts'
import {
  startExpress,
  startExpressOauth,
  startFastify,
  startFastifyJwt,
  startHono,
  startKeySet,
} from './apps.ts'

/** What the process sends when all applications listen. */
export interface Application {
  readonly name: string
  readonly url: string
  /** Access tokens that it accepts; none: it needs no token. */
  readonly accessTokens: readonly string[]
}

const redisUrl = process.argv[2] ?? ''
const keys = await generateKeys()
const store = memory()
const onMemory = await openInstance(() => store, keys)
const onRedis = await openInstance(() => redis(redisUrl, { namespace: 'guards' }), keys)
const client = new Redis(redisUrl)
for (const token of onRedis.accessTokens) await client.set(`jti:${decodeJwt(token).jti}`, '1')
const lookup = (jti: string) => client.get(`jti:${jti}`)
const keySet = await startKeySet(onRedis.tokens)

const applications: Application[] = []
function add(name: string, url: string, { accessTokens }: Pick<Application, 'accessTokens'>): void {
  applications.push({ name, url, accessTokens })
}
const open = { accessTokens: [] }
add('Fastify', await startFastify(), open)
add('Fastify, guard on memory', await startFastify(onMemory.tokens), onMemory)
add('Fastify, guard on Redis', await startFastify(onRedis.tokens), onRedis)
add('Fastify, @fastify/jwt + get', await startFastifyJwt(onRedis.tokens, lookup), onRedis)
add('Hono', await startHono(), open)
add('Hono, guard on memory', await startHono(onMemory.tokens), onMemory)
add('Hono, guard on Redis', await startHono(onRedis.tokens), onRedis)
add('Express', await startExpress(), open)
add('Express, guard on Redis', await startExpress(onRedis.tokens), onRedis)
add('Express, express-oauth2-jwt-bearer + get', await startExpressOauth(keySet, lookup), onRedis)

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.(user + system)
})
process.on('disconnect', () => process.exit())
process.send?.(applications)
