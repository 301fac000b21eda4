import type { TokenRepository } from '@tokenward/core'
import { postgres } from '@tokenward/postgres'
import { claimingAll } from './claims.ts'

export default function openPostgres(url: string, namespace: string): TokenRepository {
  return claimingAll(postgres(url, { namespace }))
}
