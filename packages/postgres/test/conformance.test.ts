import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import startPostgres from './server.ts'

conformance({
  runner,
  server: startPostgres,
  repository: new URL('./repository.ts', import.meta.url),
})
