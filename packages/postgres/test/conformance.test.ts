import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import startPostgres from './server.ts'

const repository = new URL('./repository.ts', import.meta.url)

conformance({ runner, repository, name: 'postgres 15', server: () => startPostgres('15') })
conformance({
  runner,
  repository,
  name: 'postgres 18',
  server: () => startPostgres('18'),
  rounds: 10,
})
