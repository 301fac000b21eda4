import { mergeConfig, type ViteUserConfig } from 'vitest/config'
import { sharedConfig } from '../config/vitest/config.ts'

const config: ViteUserConfig = mergeConfig(sharedConfig, {
  test: {
    globalSetup: ['test/start-server.ts'],
    // Most of the time these wait: for servers that start, fail, or are silent.
    maxWorkers: 2,
    // Far more than they need, so that no busy machine fails them.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
})

export default config
