import { start } from '@tokenward/testbed'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** A server that all tests of a run share. */
    mongodb: {
      readonly url: string
      /** Not MongoDB: only speaks its protocol. */
      readonly standIn: boolean
    }
  }
}

export default async function startServer(project: TestProject): Promise<() => Promise<void>> {
  const { url, server, stop } = await start('mongodb')
  project.provide('mongodb', { url, standIn: server.standIn })
  return stop
}
