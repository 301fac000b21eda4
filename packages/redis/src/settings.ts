import type { Circumstances, Note, Settings } from './capabilities.ts'
import type { Connection } from './client.ts'
import type { Names } from './names.ts'
import { type Command, hasWrongType, type Reply, resultOf } from './replies.ts'
import { otherWriters } from './writers.ts'

const SYNC = 'appendfsync'
const PAUSES = 'no-appendfsync-on-rewrite'
const SNAPSHOTS = 'save'
const ASK: readonly Command[] = [['info'], ['config', 'get', SYNC, PAUSES, SNAPSHOTS]]

/** Looks at the live settings of every server; changes nothing. */
export async function lookAt(
  connection: Connection,
  names: Names,
  signal: AbortSignal,
): Promise<Circumstances> {
  const [servers, [noted], writers] = await Promise.all([
    connection.sendToAll(ASK, signal),
    connection.send([['get', names.note]], signal),
    otherWriters(connection, names, signal),
  ])
  const note = noted && hasWrongType(noted) ? null : parseNote(resultOf(noted))
  const { hasSentinels: sentinels } = connection
  return { servers: servers.map(settingsOf), note, sentinels, writers }
}

/** What a preparation leaves behind: the worst of all servers. */
export function noteOf({ servers }: Pick<Circumstances, 'servers'>): string {
  const unsynced = servers.find(({ fsync }) => fsync !== 'always')
  const snapshot = servers.find(({ snapshots }) => snapshots !== false)
  const note: Note = {
    runIds: servers.map(({ runId }) => runId).toSorted(),
    fsync: unsynced ? unsynced.fsync : 'always',
    snapshots: snapshot ? snapshot.snapshots : false,
  }
  return JSON.stringify(note)
}

/** `null` where there is none, or nothing that can be read: the next preparation writes it anew. */
function parseNote(text: unknown): Note | null {
  try {
    const note = JSON.parse(String(text)) as Partial<Note> | null
    return Array.isArray(note?.runIds) ? (note as Note) : null
  } catch {
    return null
  }
}

function settingsOf([info, config]: readonly Reply[]): Settings {
  const told = (name: string) =>
    new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(String(resultOf(info)))?.[1] ?? ''
  const configured = configOf(config)
  // Whatever is configured: this run began with one, or has made one.
  const hasSnapshot = Number(told('rdb_last_load_keys_loaded')) + Number(told('rdb_saves')) > 0
  return {
    version: told('redis_version'),
    runId: told('run_id'),
    role: told('role'),
    replicas: Number(told('connected_slaves')),
    aof: told('aof_enabled') === '1',
    fsync: configured?.get(SYNC) ?? null,
    snapshots: hasSnapshot ? true : configured && configured.get(SNAPSHOTS) !== '',
    syncsWhileRewriting: configured?.get(PAUSES) !== 'yes',
    maxmemory: Number(told('maxmemory')),
    eviction: told('maxmemory_policy'),
  }
}

/** `null`: who may not look, or where the command is hidden. */
function configOf(reply: Reply | undefined): ReadonlyMap<string, string> | null {
  const denied =
    reply?.status === 'rejected' && /^(NOPERM|ERR)\b/.test(String(reply.reason?.message))
  if (denied) return null
  const pairs = resultOf(reply) as readonly string[]
  return new Map(pairs.flatMap((name, i) => (i % 2 ? [] : [[name, pairs[i + 1] ?? '']])))
}
