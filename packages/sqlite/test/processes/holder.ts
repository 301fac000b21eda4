// Takes the write lock on the given file, and releases it on a message.
import { DatabaseSync } from 'node:sqlite'

process.once('disconnect', () => process.exit())
const database = new DatabaseSync(process.argv[2] ?? '')
database.exec('BEGIN IMMEDIATE')
process.once('message', () => {
  database.exec('COMMIT')
  process.send?.('released')
})
process.send?.('held')
