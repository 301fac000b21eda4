import { conformance } from '@tokenward/conformance'
import { casesOfOneServer } from '@tokenward/testbed'
import * as runner from 'vitest'
import startCluster from './cluster.ts'
import { sample } from './sample.ts'

conformance({
  sample,
  leaveOut: casesOfOneServer('cluster.test.ts'),
  runner,
  name: 'redis cluster',
  server: startCluster,
  repository: new URL('./repository.ts', import.meta.url),
})
