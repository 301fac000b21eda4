import { mergeConfig, type ViteUserConfig } from 'vitest/config'
import { sharedConfig } from '../config/vitest/config.ts'

const config: ViteUserConfig = mergeConfig(sharedConfig, {
  test: { globalSetup: ['test/install-browser.ts'] },
})

export default config
