import { base } from './base.ts'
import { withCluster } from './postgres-cluster.ts'
import type { Recipe } from './recipe.ts'

export const postgres15: Recipe = {
  name: 'postgres-15',
  parent: base,
  instructions: withCluster('/usr/lib/postgresql/15/bin'),
}
