// Runs inside Node, Bun or Deno: MODULE URL REQUEST, where URL is `memory` or that of a running server.
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import type { ServerHandle } from '@tokenward/conformance'
import { startMemory } from '../../../memory/test/server.ts'
import { type CasesRequest, runCases } from './run-cases.ts'

const [, , module = '', url = '', request = ''] = process.argv

/** A server that this process neither stops nor disturbs. */
async function givenServer(): Promise<ServerHandle> {
  const server = { name: 'given', version: '', standIn: false }
  return { url, server, stop: async () => undefined }
}

await runCases(
  JSON.parse(request) as CasesRequest,
  url === 'memory' ? startMemory : givenServer,
  pathToFileURL(module),
  (outcome) => console.log(`case ${JSON.stringify(outcome)}`),
)
process.exit(0)
