import { createTokenward, type Login, type SigningKeys, type Tokenward } from '@tokenward/core'
import type { JWK } from 'jose'
import { Progress } from '../progress.ts'
import { repositories, type StoreName } from '../stores.ts'

export interface Setup {
  readonly name: StoreName
  readonly url: string
  readonly keys: SigningKeys
  readonly sealing: readonly [JWK, ...JWK[]]
}

export function open({ name, url, keys, sealing }: Setup): Promise<Tokenward> {
  const repository = repositories[name](url)
  return createTokenward({
    issuer: 'https://trial.example',
    keys,
    repository,
    sealing,
    deadline: '30s',
  })
}

const IN_FLIGHT = 64

/** Logs in `count` users, each with data that names the user. */
export async function fill(tokens: Tokenward, count: number): Promise<Login[]> {
  const progress = new Progress('logins', count)
  const logins: Login[] = []
  let next = 0
  const worker = async () => {
    while (next < count) {
      const n = next++
      const options = { subject: `subject ${n}`, client: 'web', label: `device ${n}` }
      logins[n] = await tokens.issue({ ...options, data: { user: n, visits: 0 } })
      progress.show(n + 1)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker))
  progress.end()
  return logins
}
