/** What starts memory for the suite; the bundle of the worker has it under this name. */
declare module 'tokenward:memory' {
  import type { ServerHandle } from '@tokenward/conformance'

  export default function startMemory(): Promise<ServerHandle>
}
