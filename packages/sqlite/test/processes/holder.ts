// Takes the write lock on the file that it is given, and lets go when it is told to.
import { DatabaseSync } from 'node:sqlite'

process.once('disconnect', () => process.exit())
const database = new DatabaseSync(process.argv[2] ?? '')
database.exec('BEGIN IMMEDIATE')
process.once('message', () => {
  database.exec('COMMIT')
  process.send?.('released')
})
process.send?.('held')
