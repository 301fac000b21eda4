import { type Db, type Document, MongoClient } from 'mongodb'
import { secantusdb } from '../images/secantusdb.ts'
import type { StartOptions } from '../options.ts'
import type { ServerIdentity, ServerKind } from './server-kind.ts'

const optionsOf = ({ settings = {} }: StartOptions): string[] =>
  Object.entries(settings).flatMap(([name, value]) =>
    value === 'off' ? [] : [`--${name}`, value].filter((word) => word !== ''),
  )

const secantusProgram = '/opt/secantusdb/secantusdb.scripts/secantusd-rs'

export const mongodb: ServerKind = {
  environment: 'TOKENWARD_TEST_MONGODB_URL',
  port: 27017,
  defaultVersion: '8.0',
  versions: {
    '8.0': {
      official: {
        image: 'mongo:8.0.16',
        command: ({ settings }) => [
          'mongod',
          ...optionsOf({ settings: { replSet: 'rs0', bind_ip_all: '', ...settings } }),
        ],
      },
      built: {
        recipe: secantusdb,
        command: (options) => [
          secantusProgram,
          ...['--host', '0.0.0.0', '--port', '27017', '--storage-path', '/data/db'],
          // Without this option an acknowledged write may be lost, also with write concern `majority`.
          ...optionsOf({ settings: { 'sync-on-commit': '', ...options.settings } }),
        ],
      },
    },
  },
  url: (address) => `mongodb://${address}/test?directConnection=true`,

  async initiate(url) {
    await withAdmin(url, async (admin) => {
      const { isreplicaset: isUninitiated } = await admin.command({ hello: 1 })
      const members = [{ _id: 0, host: '127.0.0.1:27017' }]
      if (isUninitiated) await admin.command({ replSetInitiate: { _id: 'rs0', members } })
    })
  },

  identify(url) {
    return withAdmin(url, async (admin) => {
      const { isWritablePrimary } = await admin.command({ hello: 1 })
      if (!isWritablePrimary) throw new Error('the server is not a primary')
      const build = await admin.command({ buildInfo: 1 })
      return describe(build)
    })
  },
}

/** SecantusDB reports the version of MongoDB that it implements, and its own in another field. */
function describe({ version, secantusVersion }: Document): ServerIdentity {
  if (secantusVersion === undefined) return { name: 'mongodb', version, standIn: false }
  const fullVersion = `${secantusVersion} (implements MongoDB ${version})`
  return { name: 'SecantusDB', version: fullVersion, standIn: true }
}

export async function withAdmin<Result>(
  url: string,
  work: (admin: Db) => Promise<Result>,
): Promise<Result> {
  const timeouts = { serverSelectionTimeoutMS: 1_000, connectTimeoutMS: 1_000 }
  const client = new MongoClient(url, { ...timeouts, socketTimeoutMS: 5_000 })
  try {
    return await work(client.db('admin'))
  } finally {
    await client.close()
  }
}
