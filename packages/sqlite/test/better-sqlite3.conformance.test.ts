import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import { driverSample } from './driver-cases.ts'
import startSqlite from './server.ts'

conformance({
  ...driverSample,
  runner,
  name: 'sqlite better-sqlite3',
  server: () => startSqlite('better-sqlite3'),
  repository: new URL('./repository.ts', import.meta.url),
})
