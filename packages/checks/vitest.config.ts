import type { ViteUserConfig } from 'vitest/config'
import { sharedConfig } from '../config/vitest/config.ts'

const config: ViteUserConfig = { test: { ...sharedConfig.test, maxConcurrency: 2 } }

export default config
