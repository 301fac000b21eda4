import { start } from '@tokenward/testbed'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** The server that all tests of a run share. */
    mongodb: {
      readonly url: string
      /** Another server that implements the protocol of MongoDB. */
      readonly standIn: boolean
    }
  }
}

export default async function startServer(project: TestProject): Promise<() => Promise<void>> {
  const { url, server, stop } = await start('mongodb')
  project.provide('mongodb', { url, standIn: server.standIn })
  return stop
}
