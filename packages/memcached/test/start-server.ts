import { start } from '@tokenward/testbed'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of a server that all tests of a run share, each in a namespace of its own. */
    memcached: string
  }
}

export default async function startServer(project: TestProject): Promise<() => Promise<void>> {
  const server = await start('memcached')
  project.provide('memcached', server.url)
  return () => server.stop()
}
