import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import { startSeveral } from './server.ts'

// What the other setting promises beyond the first, and what stands on its way of reading. On a
// replica set of three where MongoDB itself can be had.
conformance({
  runner,
  name: 'mongodb linearizable',
  server: startSeveral,
  repository: new URL('./linearizable-repository.ts', import.meta.url),
  only: [
    ...['insert-if-absent', 'conditional-replace', 'repeated-write', 'entries-independent'],
    ...['register-race', 'reads-not-coalesced', 'linearizable-register', 'linearizable-processes'],
    ...['replies-in-order', 'aborted-signal', 'closed-repository', 'largest-body'],
    ...['revoke-then-verify', 'failover', 'deposed-primary'],
  ],
})
