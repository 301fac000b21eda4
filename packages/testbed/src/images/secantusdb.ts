import { base } from './base.ts'
import type { Recipe } from './recipe.ts'

/**
 * A stand-in for MongoDB with its wire protocol and its storage engine, on one node. No package registry
 * has `mongod`. Licensed under GPL-2.0; it runs as a separate program and is never distributed.
 */
export const secantusdb: Recipe = {
  name: 'secantusdb',
  parent: base,
  packages: [
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
