import { start } from '@tokenward/testbed'
import type { TestProject } from 'vitest/node'
import { DURABLE } from './server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of the server that all tests of a run share, with all rights. */
    redis: string
  }
}

export default async function startServer(project: TestProject): Promise<() => Promise<void>> {
  const server = await start('redis', { version: '7', settings: DURABLE })
  project.provide('redis', server.url)
  return () => server.stop()
}
