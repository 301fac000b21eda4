import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import startPostgres from './server.ts'

// What puts the clock is no match for the crowds of processes that the other cases make.
conformance({
  runner,
  name: 'postgres clock',
  server: () => startPostgres('15', true),
  repository: new URL('./repository.ts', import.meta.url),
  only: ['server-clock-jump', 'retained-until-end', 'revoke-then-verify'],
})
