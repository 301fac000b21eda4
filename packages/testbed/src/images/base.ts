import type { Recipe } from './recipe.ts'

/** Three servers of Debian's own, a pooler, what shifts their clocks, and what the newer servers stand on. */
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
