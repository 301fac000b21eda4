import { withLock } from '../../src/engine/lock.ts'

const [, , name = ''] = process.argv
process.on('disconnect', () => process.exit())
await withLock(name, () => {
  process.send?.('held')
  return new Promise(() => undefined)
})
