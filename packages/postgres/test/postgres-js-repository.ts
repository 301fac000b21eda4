import type { TokenRepository } from '@tokenward/core'
import postgresJs from 'postgres'
import { POSTGRES_JS_SETTINGS, postgres } from '../src/index.ts'

/** Makes the repositories of the conformance suite, by clients of postgres.js. */
export default function repository(url: string, namespace: string): TokenRepository {
  return postgres(() => postgresJs(url, POSTGRES_JS_SETTINGS), { namespace })
}
