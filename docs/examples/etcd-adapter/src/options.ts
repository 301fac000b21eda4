import { InvalidInput, parseNamespace, parseObject } from '@tokenward/core/adapter'

const URL_FORM = 'etcd://host:2379,host:2379,host:2379'

/**
 * @returns the address of each member, as `http://host:2379`
 * @throws InvalidInput
 */
export function parseUrl(url: unknown): readonly string[] {
  const [, list = ''] = /^etcd:\/\/([^/?#@]+)\/?$/.exec(typeof url === 'string' ? url : '') ?? []
  const addresses = list.split(',').map((address) => `http://${address}`)
  const isAddress = (address: string) => URL.canParse(address) && /:\d+$/.test(address)
  if (list !== '' && addresses.every(isAddress)) return addresses
  throw new InvalidInput('url', `must be as ${URL_FORM}; is the environment variable set?`)
}

/** @throws InvalidInput when the repository is made, and not in the middle of a later call */
export function parseOptions(options: unknown = {}): { readonly namespace: string } {
  const { namespace } = parseObject('options', options, ['namespace'])
  return { namespace: parseNamespace(namespace) }
}
