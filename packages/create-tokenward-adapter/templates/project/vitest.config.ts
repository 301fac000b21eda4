import { defineConfig } from 'vitest/config'
import { FailWithoutMatch } from './test/fail-without-match.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', new FailWithoutMatch()],
    // The suite has limits of its own. These only end a test that hangs.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
})
