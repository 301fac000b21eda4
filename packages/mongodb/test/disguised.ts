import type { MongoClient } from 'mongodb'
import type { Document, MongoClientLike } from '../src/index.ts'

/**
 * By the name of a command: what becomes of its reply. What looks at no reply is answered without
 * the server.
 */
export type Disguise = Readonly<Record<string, (reply: Document) => Document>>

/** The server behind a client of the caller, with other answers to some commands. */
export function disguised(
  real: MongoClient,
  replies: Disguise,
  sent: Document[] = [],
): MongoClientLike {
  return {
    options: real.options,
    db(name) {
      const database = real.db(name)
      return {
        databaseName: database.databaseName,
        async command(command, options) {
          sent.push(command)
          const change = replies[Object.keys(command)[0] ?? '']
          if (change?.length === 0) return change({})
          const reply = await database.command(command, options)
          return change ? change(reply) : reply
        },
        collection: (name) => database.collection(name),
      }
    },
  }
}
