// Runs inside workerd, in one request: the suite on memory.
import type { CasesRequest } from './run-cases.ts'

export default {
  async fetch(request: Request): Promise<Response> {
    const lines: string[] = []
    // Only now: cases make keys where they are loaded, and outside of a request workerd has no random numbers.
    const { runCases } = await import('./run-cases.ts')
    const { default: startMemory } = await import('tokenward:memory')
    const asked = (await request.json()) as CasesRequest
    // The bundle has the repository in place of this address.
    await runCases(asked, startMemory, new URL('file:///memory'), (outcome) =>
      lines.push(`case ${JSON.stringify(outcome)}`),
    )
    return new Response(lines.join('\n'))
  },
}
