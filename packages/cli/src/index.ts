export type { Config } from './config.ts'
export { EXIT, type ExitCode } from './exit-code.ts'
