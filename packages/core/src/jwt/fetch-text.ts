import { KeysUnavailable } from '../errors.ts'

export type Fetch = typeof globalThis.fetch

/** Of a key set or metadata. Real ones have a few KB. */
const MAX_BODY_BYTES = 512 * 1024

/** The response of a URL. `text` is `null` unless the status is 200, without a redirect. */
export interface Fetched {
  readonly status: number
  readonly text: string | null
}

/** Fetches a text. Ends with the signal, even if the application's `fetch` never settles. */
export function fetchText(fetch: Fetch, url: URL, signal: AbortSignal): Promise<Fetched> {
  return endsWith(signal, async () => {
    const response = await fetch(url.href, {
      // A redirect could lead to another host. It is treated as any other status that is not 200.
      redirect: 'manual',
      cache: 'no-store',
      headers: { accept: 'application/json' },
      signal,
    })
    const { status, body, redirected } = response
    if (status === 200 && !redirected) {
      return { status, text: body ? await textOf(body, signal) : await response.text() }
    }
    await body?.cancel()
    return { status, text: null }
  })
}

async function textOf(body: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<string> {
  const reader = body.getReader()
  const cancel = (): void => void reader.cancel().catch(() => undefined)
  signal.addEventListener('abort', cancel, { once: true })
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let bytes = 0
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      bytes += part.value.byteLength
      if (bytes > MAX_BODY_BYTES)
        throw new KeysUnavailable(`The response is larger than ${MAX_BODY_BYTES} bytes.`)
      text += decoder.decode(part.value, { stream: true })
    }
    return text + decoder.decode()
  } finally {
    signal.removeEventListener('abort', cancel)
    cancel()
  }
}

function endsWith<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    const done = (): void => signal.removeEventListener('abort', abort)
    work().finally(done).then(resolve, reject)
  })
}
