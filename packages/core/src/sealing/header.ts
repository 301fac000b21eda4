import { base64url } from 'jose'

export interface Header {
  /** The id of the key, as in your options. */
  readonly kid: string
  /** With a KMS: the wrapped data key, in base64url. */
  readonly wrapped?: string
}

/** The member of the header with the wrapped data key. */
export const WRAPPED = 'tw_key'

/** Whether it can be the id of a key: what a store returns is not checked otherwise before it is shown. */
export function isKeyId(id: unknown): id is string {
  return typeof id === 'string' && /^[!-~]{1,128}$/.test(id)
}

/** The header of a sealed text, which is not authenticated yet; `null`: it is none. */
export function headerOf(sealed: string): Header | null {
  try {
    const [first = ''] = sealed.split('.', 1)
    const header: unknown = JSON.parse(new TextDecoder().decode(base64url.decode(first)))
    const { kid, [WRAPPED]: wrapped } = header as { kid?: unknown; [WRAPPED]?: unknown }
    if (!isKeyId(kid)) return null
    return { kid, ...(typeof wrapped === 'string' && { wrapped }) }
  } catch {
    return null
  }
}

/** The id of the key that sealed a text; empty where the header cannot be read. */
export function keyIdOf(sealed: string): string {
  return headerOf(sealed)?.kid ?? ''
}
