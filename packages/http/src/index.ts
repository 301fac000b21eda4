export type { Scheme } from './request/credentials.ts'
