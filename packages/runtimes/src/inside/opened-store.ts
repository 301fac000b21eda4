// Runs inside the runtime under test: nothing here may need Node alone.
import type { TokenRepository } from '@tokenward/core'

/** What a repository reports about its server. */
export interface OpenedStore {
  /** What it claims, where no finding lowers it. */
  readonly durability: string
  /** The codes of what it found in the settings. */
  readonly findings: readonly string[]
}

/** Opens a repository once, as the suite does before its first case. */
export async function openedStore(repository: TokenRepository): Promise<OpenedStore> {
  const findings = await repository.open()
  await repository.migrate?.(false)
  await repository.close()
  const lowered = findings.map(({ downgrades }) => downgrades?.durability)
  const durability = lowered.find((each) => each !== undefined)
  return {
    durability: durability ?? repository.capabilities.durability,
    findings: findings.map(({ code }) => code),
  }
}
