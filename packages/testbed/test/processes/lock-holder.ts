import { exclusively } from '../../src/engine/lock.ts'

const [, , name = ''] = process.argv
process.on('disconnect', () => process.exit())
await exclusively(name, () => {
  process.send?.('held')
  return new Promise(() => undefined)
})
