import { mergeConfig, type ViteUserConfig } from 'vitest/config'
import { sharedConfig } from '../../packages/config/vitest/config.ts'

const config: ViteUserConfig = mergeConfig(sharedConfig, {
  root: import.meta.dirname,
  test: {
    globalSetup: ['test/set-up.ts'],
    // The browser loads some hundred pages.
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
  },
})

export default config
