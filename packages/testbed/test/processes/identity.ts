import { thisProcess } from '../../src/process-identity.ts'

process.send?.(thisProcess())
process.on('disconnect', () => process.exit())
