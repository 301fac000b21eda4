import * as runner from 'vitest'
import { conformance } from '../../src/index.ts'
import { startForgetfulMap } from './forgetful-map.ts'

conformance({
  runner,
  server: startForgetfulMap,
  repository: new URL('./forgetful-map.ts', import.meta.url),
})
