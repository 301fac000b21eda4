import { conformance } from '@tokenward/conformance'
import { sampleOfEngine } from '@tokenward/testbed'
import * as runner from 'vitest'
import startSqlite from './server.ts'

conformance({
  runner,
  server: () => startSqlite(),
  repository: new URL('./repository.ts', import.meta.url),
  sample: sampleOfEngine('sqlite'),
})
