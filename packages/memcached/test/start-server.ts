import { start } from '@tokenward/testbed'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of the server that all tests of a run share, each in its own namespace. */
    memcached: string
  }
}

export default async function startServer(project: TestProject): Promise<() => Promise<void>> {
  const server = await start('memcached')
  project.provide('memcached', server.url)
  return () => server.stop()
}
