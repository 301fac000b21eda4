import { start } from '@tokenward/testbed'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of a server that all tests of a run share, as its administrator. */
    postgres: string
  }
}

export default async function startServer(project: TestProject): Promise<() => Promise<void>> {
  const server = await start('postgres', { version: '15', settings: { max_connections: '300' } })
  project.provide('postgres', server.url)
  return () => server.stop()
}
