import type { SigningKeyHealth } from '@tokenward/core'
import { printable, table } from './output/format.ts'
import type { Style } from './output/style.ts'

/** What each signing key is for, and when an old one may be removed. One key alone needs no table. */
export function signingKeyLines(
  keys: readonly SigningKeyHealth[],
  style: Style,
): readonly string[] {
  if (keys.length < 2) return []
  const [head = '', ...rows] = table([
    ['SIGNING KEY', 'ALGORITHM', 'STATUS'],
    ...keys.map((key) => [printable(key.kid), key.alg, statusOf(key)]),
  ])
  return [style.dim(head), ...rows]
}

const DAY_MS = 86_400_000

function statusOf({ status, removableAt }: SigningKeyHealth): string {
  if (status === 'signs') return 'signs'
  if (removableAt === undefined) return 'verifies'
  // The first day on which it may be removed at any time.
  const day = new Date(removableAt + DAY_MS).toISOString().slice(0, 10)
  return `verifies; may be removed on ${day}, if no process signs with it any more`
}
