import { thisProcess } from '../../src/owner.ts'

process.send?.(thisProcess())
process.on('disconnect', () => process.exit())
