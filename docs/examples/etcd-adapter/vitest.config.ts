export { sharedConfig as default } from '../../../packages/config/vitest/config.ts'
