import { TOKEN } from '../arguments/parse.ts'

/** Shorter ones would blot out half of every line, and guard nothing. */
const SHORTEST = 4

/** What looks like a secret wherever it stands: a token, and the password of a URL. */
export function withoutSecrets(text: string): string {
  return text.replace(TOKEN, '***').replace(/(:\/\/[^\s/:@]*):[^\s@"'/?#]*@/g, '$1:***@')
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
