import { start } from '../../src/index.ts'

/** Starts a server, says so, and never stops it. */
const { server, url } = await start('memcached')
process.send?.({ server, url })
process.on('disconnect', () => process.exit())
