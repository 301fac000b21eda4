import { once } from 'node:events'
import { findRunningEngine } from './engine/find.ts'
import { removeOrphans } from './remove-orphans.ts'

await once(process.stdin.resume(), 'end')
const engine = await findRunningEngine()
await removeOrphans(engine.container.dockerode)
