import type { Listed, Tokenward } from '@tokenward/core'
import { jsonText } from '../output/format.ts'

/** The largest page that core returns. */
const PAGE_SIZE = 1_000

const KINDS = ['revocation', 'session'] as const
export type ExportedKind = (typeof KINDS)[number]
export const EXPORTED_KINDS: readonly ExportedKind[] = KINDS

export interface ExportCounts {
  /** How many records were looked at. */
  scanned: number
  revocations: number
  sessions: number
  /** Lines that name only the key of a record, because the names in it cannot be opened. */
  unnamed: number
  corrupt: number
}

export interface ExportRequest {
  /** The instance's own issuer first. */
  readonly issuers: readonly string[]
  /** @default both */
  readonly kind?: ExportedKind | undefined
  readonly signal: AbortSignal
  readonly onPage: (counts: ExportCounts) => void
}

/** The live sessions and the revocations in force, a list of lines for each page. */
export async function* exportLines(
  tokens: Tokenward,
  counts: ExportCounts,
  { issuers, kind, signal, onPage }: ExportRequest,
): AsyncGenerator<readonly string[]> {
  const seen = new Set<string>()
  // Records do not tell their issuer. One that is in no list of an issuer is exported by its key alone.
  for (const issuer of [...issuers, null]) {
    const target = issuer === null ? { everything: true as const } : { issuer }
    let cursor: string | undefined
    do {
      if (signal.aborted) return
      const page = await tokens.list(target, { limit: PAGE_SIZE, ...(cursor && { cursor }) })
      const items = page.items.filter(({ record }) => !seen.has(record))
      for (const { record } of items) seen.add(record)
      const named = issuer === issuers[0] ? undefined : (issuer ?? undefined)
      const lines = await Promise.all(
        items.map((item) => lineOf(tokens, item, issuer === null ? null : { issuer: named })),
      )
      yield lines
        .filter((line) => line !== null && countLine(counts, line, kind))
        .map((line) => jsonText(line))
      counts.scanned += items.length
      counts.corrupt += items.filter(({ reason }) => reason === 'corrupt').length
      onPage(counts)
      cursor = page.cursor
    } while (cursor !== undefined)
  }
}

type ExportedLine = Readonly<Record<string, unknown>>

function countLine(counts: ExportCounts, line: ExportedLine, kind?: ExportedKind): boolean {
  const type = line['type'] === 'session' ? 'session' : 'revocation'
  if (kind !== undefined && kind !== type) return false
  if (type === 'session') counts.sessions += 1
  else counts.revocations += 1
  if (line['record'] !== undefined) counts.unnamed += 1
  return true
}

/** @param names `null`: the names must not be used, because they are those of an unknown issuer */
async function lineOf(
  tokens: Tokenward,
  item: Listed,
  names: { readonly issuer: string | undefined } | null,
): Promise<ExportedLine | null> {
  const { kind, active, reason, decidedBy, subject, client, label, record } = item
  const exp = Math.ceil((item.endsAt ?? item.expiresAt) / 1_000)
  const id = kind === 'session' ? item.session : item.jti
  const { issuer } = names ?? {}
  const named =
    names === null || id === undefined
      ? { record }
      : { ...(issuer && { issuer }), [kind === 'session' ? 'session' : 'jti']: id }
  if (active) {
    // An access token that is not revoked soon ends, and its session gets a new one.
    if (kind !== 'session') return null
    const iat = item.issuedAt === undefined ? {} : { iat: Math.floor(item.issuedAt / 1_000) }
    return { type: 'session', ...named, ...definedOf({ subject, client, label }), ...iat, exp }
  }
  // A token that was used up must not be accepted elsewhere.
  if (reason === 'consumed' && kind === 'token') return { ...named, exp, reason }
  if (reason !== 'revoked' && reason !== 'reused') return null
  // The line of its session revokes it, too.
  if (kind === 'token' && decidedBy === 'session') return null
  const { note } = await tokens.explain({ record })
  return { ...named, exp, ...definedOf({ reason: note?.reason, actor: note?.actor }) }
}

function definedOf(members: ExportedLine): ExportedLine {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
