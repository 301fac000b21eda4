import type { Finding, Health, ResealProgress, Tokenward, TokenwardOptions } from '@tokenward/core'
import { type KeyUsage, keyUsage, unlistedKeyUsage } from './key-usage.ts'

export interface ScanOptions {
  /** The store was named by `--store`: the lifetimes of the application are unknown. */
  readonly fromUrl: boolean
  /** Is called while the records are scanned for the keys that seal them. */
  readonly onScanned: (count: number) => void
}

/** What each sealing key is needed for. Reads all records, and changes none. */
export async function scanKeys(
  instance: Tokenward,
  options: TokenwardOptions,
  { capabilities }: Health,
  { fromUrl, onScanned }: ScanOptions,
): Promise<{ readonly sealingKeys: readonly KeyUsage[] }> {
  const { sealing = [] as never, lifetimes } = options
  if (!capabilities.listing) {
    return {
      sealingKeys: unlistedKeyUsage(sealing, fromUrl ? null : (lifetimes ?? {}), Date.now()),
    }
  }
  const onProgress = ({ scanned }: ResealProgress) => onScanned(scanned)
  const counted = await instance.reseal({ dryRun: true, onProgress })
  return { sealingKeys: keyUsage(sealing, counted, true) }
}

/** The root record notes most of them, and a backup that was restored may have others. */
export function missingKeyFindings(usage: readonly KeyUsage[] = []): readonly Finding[] {
  const missing = usage.filter(({ status }) => status === 'missing').map(({ id }) => id)
  if (missing.length === 0) return []
  return [
    {
      code: 'sealing-key-missing',
      message: `records are sealed with keys that are not available here: ${missing.join(', ')}`,
      fix: "add the keys after the first one, to the option 'sealing' or with --key-file",
    },
  ]
}
