import type { Recipe } from './recipe.ts'

/** Debian's servers, PgBouncer, libfaketime, and the libraries that the newer servers need. */
export const base: Recipe = {
  name: 'debian-12',
  rootfs: {
    suite: 'bookworm',
    packages: [
      'postgresql-15',
      'pgbouncer',
      'redis-server',
      'memcached',
      'faketime',
      'ca-certificates',
      'libstdc++6',
    ],
  },
}
