import { mergeConfig, type ViteUserConfig } from 'vitest/config'
import { sharedConfig } from '../config/vitest/config.ts'

const config: ViteUserConfig = mergeConfig(sharedConfig, {
  // Most of the time these wait: for servers that start, fail, or are silent.
  test: { globalSetup: ['test/start-server.ts'], maxWorkers: 2 },
})

export default config
