import type { Tokenward } from '@tokenward/core'
import type { SessionCookie } from '@tokenward/http/endpoints'
import type { Device } from './device.ts'

/** What all routes share. */
export interface Services {
  readonly tokens: Tokenward<object, Device>
  readonly cookie: SessionCookie
}
