import { mergeConfig, type ViteUserConfig } from 'vitest/config'
import { sharedConfig } from '../workspace/vitest/config.ts'

const config: ViteUserConfig = mergeConfig(sharedConfig, {
  test: { globalSetup: ['test/start-server.ts'] },
})

export default config
