export { sharedConfig as default } from '../workspace/vitest/config.ts'
