import { once } from 'node:events'
import { findRunningEngine } from './engine/find.ts'
import { sweep } from './sweep.ts'

await once(process.stdin.resume(), 'end')
const engine = await findRunningEngine()
await sweep(engine.container.dockerode)
