import { base } from './base.ts'
import type { Recipe } from './recipe.ts'

/** The published image of etcd has no shell, so its members could not be suspended. */
export const etcd: Recipe = {
  name: 'etcd',
  parent: base,
  packages: [{ registry: 'debian', name: 'etcd-server' }],
  instructions: ['COPY etcd-server/usr/bin/etcd /usr/local/bin/etcd'],
}
