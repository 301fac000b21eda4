import { start } from '../../src/index.ts'

/** Starts a server, sends its URL, and never stops it. */
const { server, url } = await start('memcached')
process.send?.({ server, url })
process.on('disconnect', () => process.exit())
