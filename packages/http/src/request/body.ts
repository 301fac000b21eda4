import { type Failure, invalidRequest } from '../answers/failure.ts'

/** How much of a body is read. */
export interface BodyLimits {
  /**
   * In bytes. The longest token has 16,384 characters, and percent-encoding can triple them.
   * @default 65536
   */
  readonly maxBytes?: number
  /**
   * How long the whole body may take, in ms.
   * @default 5000
   */
  readonly timeoutMs?: number
}

const MAX_BYTES = 65_536
const TIMEOUT_MS = 5_000

const TOO_LARGE = invalidRequest('The body is too large.', 413)
const TOO_SLOW = invalidRequest('The body did not arrive in time.', 408)
const UNREADABLE = invalidRequest('The body could not be read as UTF-8.')

type Chunk = Awaited<ReturnType<ReadableStreamDefaultReader<Uint8Array>['read']>>

/** The body of a request as text. A body that is too large, or that never ends, is given up. */
export async function readBody(
  request: Request,
  { maxBytes = MAX_BYTES, timeoutMs = TIMEOUT_MS }: BodyLimits = {},
): Promise<string | Failure> {
  if (Number(request.headers.get('content-length')) > maxBytes) return TOO_LARGE
  const reader = request.body?.getReader()
  if (reader === undefined) return ''
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<Failure>((resolve) => {
    timer = setTimeout(() => resolve(TOO_SLOW), timeoutMs)
  })
  try {
    const read = await collect(() => Promise.race([reader.read(), timeout]), maxBytes)
    // Not awaited: a source that does not end may not end its cancellation either.
    if (typeof read !== 'string') reader.cancel().catch(() => undefined)
    return read
  } catch {
    return UNREADABLE
  } finally {
    clearTimeout(timer)
  }
}

/** @throws where the client is gone, or sends what is not UTF-8 */
async function collect(
  next: () => Promise<Chunk | Failure>,
  maxBytes: number,
): Promise<string | Failure> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  for (let size = 0; ; ) {
    const chunk = await next()
    if ('status' in chunk) return chunk
    if (chunk.done) return text + decoder.decode()
    size += chunk.value.byteLength
    if (size > maxBytes) return TOO_LARGE
    text += decoder.decode(chunk.value, { stream: true })
  }
}
