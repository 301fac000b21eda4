import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import startSqlite from './server.ts'

conformance({
  runner,
  server: () => startSqlite(),
  repository: new URL('./repository.ts', import.meta.url),
})
