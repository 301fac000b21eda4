import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import startPostgres from './server.ts'

conformance({
  runner,
  name: 'postgres clock',
  server: () => startPostgres('15', true),
  repository: new URL('./repository.ts', import.meta.url),
  only: {
    cases: [
      'server-clock-jump',
      'retained-by-server-clock',
      'retained-until-end',
      'revoke-then-verify',
    ],
    reason: 'the server with a clock of its own is too slow for the many processes of other cases',
  },
})
