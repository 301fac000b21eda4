import { TOKEN } from '../arguments/parse.ts'

/** Shorter secrets would redact parts of every line and protect nothing. */
const MIN_SECRET_LENGTH = 4

/**
 * The password in a URL, up to the last `@` that follows, because passwords are often written into a
 * URL without being encoded. A port followed by a path is not a password.
 */
const URL_PASSWORD = /(:\/\/[^\s/:@"']*):(?!\d+[/?#])[^\s"'<>]*@/g
const QUERY_SECRET = /([?&][^\s=&"']*(?:pass|secret|token)[^\s=&"']*=)[^\s&#"']+/gi

/** Redacts what looks like a secret anywhere: tokens, and the passwords in URLs. */
export function redactPatterns(text: string): string {
  return text.replace(TOKEN, '***').replace(URL_PASSWORD, '$1:***@').replace(QUERY_SECRET, '$1***')
}

/** The secrets that this call was given. Our own messages never contain one; those of others may. */
export class Secrets {
  readonly #known = new Set<string>()

  add(secret: string): void {
    if (secret.length >= MIN_SECRET_LENGTH) this.#known.add(secret)
  }

  /** For the messages of drivers and of the user's config. */
  redact(text: string): string {
    let clean = redactPatterns(text)
    for (const secret of this.#known) clean = clean.replaceAll(secret, '***')
    return clean
  }
}
