import * as runner from 'vitest'
import { conformance } from '../../src/index.ts'
import { startSmallMap } from './small-map.ts'

conformance({
  runner,
  server: startSmallMap,
  repository: new URL('./small-map.ts', import.meta.url),
  only: { cases: ['evict-pressure'], reason: 'the map is full' },
})
