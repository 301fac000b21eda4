import type { MongoClient } from 'mongodb'
import type { Document, MongoClientLike } from '../src/index.ts'

/**
 * By the name of a command: changes its reply. A function without a parameter replies in place of the
 * server.
 */
export type FakeReplies = Readonly<Record<string, (reply: Document) => Document>>

/** A caller-owned client with other replies to some commands. @param sent collects all commands */
export function withFakeReplies(
  real: MongoClient,
  replies: FakeReplies,
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
