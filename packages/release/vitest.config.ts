export { sharedConfig as default } from '../config/vitest/config.ts'
