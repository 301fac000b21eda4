import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ProvidedContext } from 'vitest'

/** The server that all tests of an adapter share, as its tests start it; SQLite has none. */
export interface SharedServer {
  readonly provided: Partial<ProvidedContext>
  stop(): Promise<void>
}

interface Started {
  readonly default: (project: Project) => Promise<() => Promise<void>>
}

interface Project {
  provide(name: string, value: unknown): void
}

/** Once for all mutants, because Vitest starts anew for each of them. */
export async function startSharedServer(folder: string): Promise<SharedServer> {
  const module = join(folder, 'test/start-server.ts')
  if (!existsSync(module)) return { provided: {}, stop: async () => undefined }
  const { default: start } = (await import(module)) as Started
  const provided: Record<string, unknown> = {}
  const provide = (name: string, value: unknown) => {
    provided[name] = value
  }
  const stop = await start({ provide })
  return { provided, stop }
}
