import { prepare } from '../src/index.ts'

/** Builds or pulls the images before the time of any test runs. */
export default async function setup(): Promise<void> {
  await prepare('postgres', 'redis', 'memcached', 'mongodb')
}
