import { TOKEN } from '../arguments/parse.ts'

/** Shorter ones would blot out half of every line, and guard nothing. */
const SHORTEST = 4

/**
 * The password of a URL, up to the last `@` of what follows, because passwords are often written into a
 * URL without being encoded. A port and a path behind it are no password.
 */
const URL_PASSWORD = /(:\/\/[^\s/:@"']*):(?!\d+[/?#])[^\s"'<>]*@/g
const QUERY_SECRET = /([?&][^\s=&"']*(?:pass|secret|token)[^\s=&"']*=)[^\s&#"']+/gi

/** What looks like a secret, wherever it is: a token, and the passwords of a URL. */
export function withoutSecrets(text: string): string {
  return text.replace(TOKEN, '***').replace(URL_PASSWORD, '$1:***@').replace(QUERY_SECRET, '$1***')
}

/** Secrets that this call was given. They are looked for in what others wrote alone: ours has none. */
export class Secrets {
  readonly #known = new Set<string>()

  hide(secret: string): void {
    if (secret.length >= SHORTEST) this.#known.add(secret)
  }

  /** For the messages of drivers and of the user's own config. */
  blot(text: string): string {
    let clean = withoutSecrets(text)
    for (const secret of this.#known) clean = clean.replaceAll(secret, '***')
    return clean
  }
}
