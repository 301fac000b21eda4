import * as runner from 'vitest'
import { conformance } from '../../src/index.ts'
import { startEvictingMap } from './evicting-map.ts'

conformance({
  runner,
  server: startEvictingMap,
  repository: new URL('./evicting-map.ts', import.meta.url),
  sample: { runs: 3, of: 'engine' },
})
