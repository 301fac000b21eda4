import { InvalidInput, parseNamespace, parseObject } from '@tokenward/core/adapter'

/** @throws InvalidInput that does not repeat the URL, because it may hold a password */
export function assertUrl(url: unknown): asserts url is string {
  if (typeof url === 'string' && URL.canParse(url)) return
  throw new InvalidInput('url', 'must be a URL; is the environment variable set?')
}

/** @throws InvalidInput when the repository is made, and not in the middle of a later call */
export function parseOptions(options: unknown = {}): { readonly namespace: string } {
  const { namespace } = parseObject('options', options, ['namespace'])
  return { namespace: parseNamespace(namespace) }
}
