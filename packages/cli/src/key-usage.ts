import type { Lifetimes, Resealed, SealingKeys } from '@tokenward/core'
import { table } from './output/format.ts'
import type { Style } from './output/style.ts'

/** What a sealing key is still needed for. */
export interface KeyUsage {
  readonly id: string
  /** How many texts in the store it seals; `null`: the store cannot list them. */
  readonly texts: number | null
  /**
   * `current`: it seals. `needed`: texts are sealed with it. `may-be-removed`: none is. `missing`: texts are
   * sealed with it, and it is not in the configuration. `unknown`: not all records were looked at.
   */
  readonly status: 'current' | 'needed' | 'may-be-removed' | 'missing' | 'unknown'
  /** Where the store cannot list: when the key may be removed at the latest, in ms since 1970. */
  readonly removableAt?: number
}

/** The ids of the keys in the option, the one that seals first. */
function keyIds(sealing: SealingKeys): readonly string[] {
  const keys = [sealing].flat() as readonly { readonly kid?: string; readonly id?: string }[]
  return keys.map(({ kid, id }) => String(id ?? kid))
}

/** @param isWhole whether all records were looked at */
export function keyUsage(
  sealing: SealingKeys,
  { keys }: Pick<Resealed, 'keys'>,
  isWhole: boolean,
): readonly KeyUsage[] {
  const configured = keyIds(sealing)
  const others = Object.keys(keys).filter((id) => !configured.includes(id))
  const unused = isWhole ? 'may-be-removed' : 'unknown'
  return [
    ...configured.map((id, i): KeyUsage => {
      const texts = keys[id] ?? 0
      return { id, texts, status: i === 0 ? 'current' : texts > 0 ? 'needed' : unused }
    }),
    ...others.map((id): KeyUsage => ({ id, texts: keys[id] ?? 0, status: 'missing' })),
  ]
}

const DAY_MS = 86_400_000

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: DAY_MS,
}

/**
 * For a store that cannot list. What is sealed ends with its session, so no key is needed for longer than
 * the longest session that begins now.
 * @param lifetimes as in the config, with the defaults of core; `null`: unknown
 */
export function unlistedKeyUsage(
  sealing: SealingKeys,
  lifetimes: Lifetimes | null,
  now: number,
): readonly KeyUsage[] {
  const { session = '90d', refresh = '30d', access = '15m' } = lifetimes ?? {}
  // A whole day more, for clocks that differ: the date is an upper bound.
  const removableAt = now + Math.max(...[session, refresh, access].map(toMs)) + DAY_MS
  return keyIds(sealing).map((id, i) =>
    i === 0
      ? { id, texts: null, status: 'current' }
      : { id, texts: null, status: 'unknown', ...(lifetimes && { removableAt }) },
  )
}

/** Core has checked the form. */
function toMs(duration: string): number {
  const [, amount, unit = ''] = /^([\d.]+)([a-z]+)$/.exec(duration) ?? []
  return Number(amount) * (UNITS[unit] ?? 0)
}

export function keyUsageLines(usage: readonly KeyUsage[], style: Style): readonly string[] {
  const [head = '', ...rows] = table([
    ['SEALING KEY', 'TEXTS', 'STATUS'],
    ...usage.map((each) => [each.id || '(unreadable)', String(each.texts ?? '-'), statusOf(each)]),
  ])
  return [style.dim(head), ...rows]
}

const STATUS: Readonly<Record<KeyUsage['status'], string>> = {
  current: 'seals',
  needed: 'still needed: run tokenward reseal',
  'may-be-removed': 'may be removed, if no process seals with it any more',
  missing: 'not available here: what it sealed cannot be opened',
  unknown: 'unknown: not all records were looked at',
}

const UNLISTED =
  'unknown: the store cannot list records; with a config, the date of its removal is shown'

function statusOf({ status, texts, removableAt }: KeyUsage): string {
  if (status === 'unknown' && texts === null && removableAt === undefined) return UNLISTED
  if (removableAt === undefined) return STATUS[status]
  const day = new Date(removableAt).toISOString().slice(0, 10)
  return `may be removed on ${day}, if no process seals with it any more`
}
