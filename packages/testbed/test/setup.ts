import { prepare } from '../src/index.ts'

/** Images are made before any test's time begins to run. */
export default async function setup(): Promise<void> {
  await prepare('postgres', 'redis', 'memcached', 'mongodb')
}
