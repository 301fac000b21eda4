import { base } from './base.ts'
import type { Recipe } from './recipe.ts'

/**
 * Not MongoDB: its wire protocol on its storage engine, one node. No package carries a `mongod`.
 * GPL-2.0, run as a program of its own and never shipped.
 */
export const secantusdb: Recipe = {
  name: 'secantusdb',
  parent: base,
  parcels: [
    {
      registry: 'pypi',
      name: 'SecantusDB',
      version: '0.6.0b17',
      sha256: 'fe8ccfd1295c872c92a4c4c13c5a6a1dead88b2ff3b9aafb361406ec8aac4d14',
      python: '3.11',
      platform: 'manylinux_2_28_x86_64',
    },
  ],
  instructions: [
    'COPY SecantusDB/secantusdb.scripts/ /opt/secantusdb/secantusdb.scripts/',
    'COPY SecantusDB/secantusdb.libs/ /opt/secantusdb/secantusdb.libs/',
    'RUN chmod 755 /opt/secantusdb/secantusdb.scripts/secantusd-rs && mkdir -p /data/db',
  ],
}
