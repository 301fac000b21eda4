import { conformance } from '@tokenward/conformance'
import { underLease } from '@tokenward/testbed'
import * as runner from 'vitest'
import startSqlite from './server.ts'

conformance({
  ...underLease('sqlite'),
  runner,
  server: () => startSqlite(),
  repository: new URL('./repository.ts', import.meta.url),
})
