import { conformance } from '@tokenward/conformance'
import { underLease } from '@tokenward/testbed'
import * as runner from 'vitest'
import startPostgres from './server.ts'

conformance({
  ...underLease('postgres'),
  runner,
  server: () => startPostgres('15'),
  repository: new URL('./repository.ts', import.meta.url),
})
