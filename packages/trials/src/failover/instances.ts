import {
  createTokenward,
  generateKeys,
  isTokenwardError,
  prepare,
  type TokenRepository,
  type Tokenward,
  type TokenwardOptions,
} from '@tokenward/core'

/** Opens the repository of a scenario by a URL. */
export type Open = (url: string, namespace: string) => TokenRepository

/** Instances of one application, each on connections of its own. */
export class Instances {
  readonly #open: Open
  readonly #options: Omit<TokenwardOptions, 'repository'>
  readonly #namespace: string = crypto.randomUUID()
  readonly #made: Tokenward[] = []

  private constructor(open: Open, options: Omit<TokenwardOptions, 'repository'>) {
    this.#open = open
    this.#options = options
  }

  static async prepare(open: Open, url: string): Promise<Instances> {
    const keys = await generateKeys()
    // A denylist: what is not stored is accepted, so a lost revocation shows.
    const instances = new Instances(open, {
      issuer: 'https://trial.example',
      keys,
      policy: 'denylist',
    })
    const repository = open(url, instances.#namespace)
    await prepare({ ...instances.#options, repository })
    return instances
  }

  async make(url: string, deadlineMs: number): Promise<Tokenward> {
    const repository = this.#open(url, this.#namespace)
    const deadline = `${deadlineMs}ms` as const
    const made = await createTokenward({ ...this.#options, deadline, repository })
    this.#made.push(made)
    return made
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#made.map((each) => each.close()))
  }
}

export async function issueToken(tokens: Tokenward): Promise<string> {
  return (await tokens.issue({ subject: 'ada', client: 'web', refresh: false })).accessToken
}

/** `null` where the store did not answer. @throws everything else */
export async function orUnavailable<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call
  } catch (error) {
    if (isTokenwardError(error) && error.retryable) return null
    throw error
  }
}

/** How many of the tokens are accepted. */
export async function countAccepted(
  tokens: Tokenward,
  accessTokens: readonly string[],
): Promise<number> {
  let accepted = 0
  for (let from = 0; from < accessTokens.length; from += AT_ONCE) {
    const part = accessTokens.slice(from, from + AT_ONCE)
    const results = await Promise.all(part.map((each) => tokens.verify(each)))
    accepted += results.filter(({ active }) => active).length
  }
  return accepted
}

const AT_ONCE = 64
