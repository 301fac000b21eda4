// Runs inside Node, Bun or Deno: MODULE SERVER REQUEST. SERVER is the URL of a running server, or the path of the
// module that starts memory, whose store must be in this process.
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import type { ServerHandle } from '@tokenward/conformance'
import { openedStore } from './opened-store.ts'
import { type CasesRequest, runCases } from './run-cases.ts'

const [, , module = '', server = '', request = ''] = process.argv

/** A server that this process neither stops nor disturbs. */
async function givenServer(): Promise<ServerHandle> {
  const name = { name: 'given', version: '', standIn: false }
  return { url: server, server: name, stop: async () => undefined }
}

async function memoryStarter(): Promise<() => Promise<ServerHandle>> {
  const { default: start } = await import(pathToFileURL(server).href)
  return start as () => Promise<ServerHandle>
}

const isMemory = server.endsWith('.ts')
if (!isMemory) {
  const { default: make } = await import(pathToFileURL(module).href)
  console.log(`store ${JSON.stringify(await openedStore(make(server, 'opened')))}`)
}

await runCases(
  JSON.parse(request) as CasesRequest,
  isMemory ? await memoryStarter() : givenServer,
  pathToFileURL(module),
  (outcome) => console.log(`case ${JSON.stringify(outcome)}`),
)
process.exit(0)
