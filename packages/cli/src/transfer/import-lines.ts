import type { Readable } from 'node:stream'
import { isTokenwardError, type Tokenward } from '@tokenward/core'
import type { Progress } from '../output/progress.ts'
import { type Line, parseLine, type RevocationLine, type SessionLine } from './line.ts'
import { BadLine } from './members.ts'
import type { TokensFile } from './output-file.ts'
import { type NumberedLine, readLines } from './read-lines.ts'

/** Lines that are imported at once: their reads and writes share round trips. */
const BATCH_SIZE = 64

/** The largest leeway and clock skew that core accepts, and a minute: an earlier expiry is past everywhere. */
const EXPIRY_MARGIN_MS = 17 * 60_000

const NO_RECORD = 'there is no record with this key'

/** What became of a line. */
type Outcome = 'revoked' | 'alreadyRevoked' | 'expired' | 'sessions' | 'alreadyImported'

export interface ImportCounts extends Readonly<Record<Outcome, number>> {
  /** How many lines were looked at. */
  readonly lines: number
}

export interface Imported {
  readonly counts: ImportCounts
  readonly bad: readonly BadLineReport[]
  /** The first line that was not imported, because the import ended early. */
  readonly nextLine?: number
  /** Why it ended early; missing where it was interrupted. */
  readonly error?: Error
}

export interface BadLineReport {
  readonly line: number
  readonly message: string
}

export interface ImportRequest {
  readonly input: Readable
  readonly firstLine: number
  readonly dryRun: boolean
  readonly signal: AbortSignal
  /** Where the refresh tokens go; `null`: sessions are not imported. */
  readonly tokensFile: TokensFile | null
  readonly onProgress: Progress
  /** Is given each line that cannot be imported. */
  readonly onBadLine: (text: string) => void
}

/** Imports each line by itself. All that is done stays so, and to do it again changes nothing. */
export async function importLines(tokens: Tokenward, request: ImportRequest): Promise<Imported> {
  const counts = {
    lines: 0,
    revoked: 0,
    alreadyRevoked: 0,
    expired: 0,
    sessions: 0,
    alreadyImported: 0,
  }
  const bad: BadLineReport[] = []
  for await (const batch of readLines(request.input, request.firstLine, BATCH_SIZE)) {
    const [{ number: nextLine } = { number: 1 }] = batch
    if (request.signal.aborted) return { counts, bad, nextLine }
    const results = await Promise.allSettled(batch.map((line) => importLine(tokens, line, request)))
    const failed = results.find((each) => each.status === 'rejected')
    // Lines of the batch that are done already are done again: that changes nothing.
    if (failed) return { counts, bad, nextLine, error: failed.reason as Error }
    for (const [i, result] of results.entries()) {
      if (result.status === 'rejected') continue
      counts.lines += 1
      if (typeof result.value === 'string') counts[result.value] += 1
      else {
        bad.push(result.value)
        request.onBadLine(batch[i]?.text ?? '')
      }
    }
    request.onProgress(counts.lines, { bad: bad.length })
  }
  return { counts, bad }
}

/** @throws what is wrong with the store or the set-up, and not with the line */
async function importLine(
  tokens: Tokenward,
  { number, text }: NumberedLine,
  request: ImportRequest,
): Promise<Outcome | BadLineReport> {
  try {
    return await importParsed(tokens, parseLine(text), request)
  } catch (error) {
    const isOfLine = error instanceof BadLine || isTokenwardError(error, 'TOKENWARD_INVALID_INPUT')
    if (!isOfLine) throw error
    return { line: number, message: error.message }
  }
}

async function importParsed(
  tokens: Tokenward,
  line: Line,
  request: ImportRequest,
): Promise<Outcome> {
  const { expiresAt } = line
  if (expiresAt !== null && expiresAt + EXPIRY_MARGIN_MS < Date.now()) return 'expired'
  return line.type === 'session'
    ? importSession(tokens, line, request)
    : importRevocation(tokens, line, request.dryRun)
}

async function importRevocation(
  tokens: Tokenward,
  { target, options }: RevocationLine,
  dryRun: boolean,
): Promise<Outcome> {
  if (dryRun) {
    const { reason, at = 0 } = await tokens.explain(target)
    const { before } = options
    if (target.record !== undefined && reason === 'not-found') throw new BadLine(NO_RECORD)
    const isCovered = reason === 'revoked' && at >= (before?.getTime() ?? 0)
    return isCovered ? 'alreadyRevoked' : 'revoked'
  }
  const revoked: Awaited<ReturnType<Tokenward['revoke']>> = await tokens.revoke(target, options)
  // Only for `record`: a token without a record is refused where tokens are stored.
  if (!revoked.revoked) throw new BadLine(NO_RECORD)
  return revoked.first ? 'revoked' : 'alreadyRevoked'
}

async function importSession(
  tokens: Tokenward,
  { from, issue }: SessionLine,
  { dryRun, tokensFile }: ImportRequest,
): Promise<Outcome> {
  if (tokensFile === null) throw new BadLine('is a session: add --tokens FILE to import it')
  if (tokensFile.has(from)) return 'alreadyImported'
  if (dryRun) return 'sessions'
  const { session, refreshToken } = await tokens.issue(issue)
  tokensFile.add(from, session, refreshToken)
  return 'sessions'
}
