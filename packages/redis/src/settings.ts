import { NotPrepared } from '@tokenward/core/adapter'
import type { Client } from './client.ts'
import { type Command, hasWrongType, type Reply, resultOf } from './driver.ts'
import type { KeyNames } from './keys.ts'
import { type OtherWriter, readOtherWriters } from './other-writers.ts'

/** The settings of one server that decide what its replies and acknowledgements guarantee. */
export interface ServerSettings {
  /** Of Redis; a compatible server names the version of Redis that it implements. */
  readonly version: string
  /** Changes with each start of the server. */
  readonly runId: string
  readonly role: string
  /** The number of connected replicas. */
  readonly replicas: number
  readonly aof: boolean
  /** `appendfsync`; `null` where this user may not read it. */
  readonly fsync: string | null
  readonly syncsWhileRewriting: boolean
  /**
   * Whether a snapshot exists or may exist: a start without an append-only file loads the last one.
   * `null` where this user may not read it.
   */
  readonly snapshots: boolean | null
  /** In bytes; 0 is no limit. */
  readonly maxmemory: number
  readonly eviction: string
}

/** The settings that `migrate()` stored, as a user with the right to read them found them. */
export interface PreparationNote {
  /** Of the keys, see {@link LAYOUT}. Absent: 1. */
  readonly layout?: number
  /** Of each server. */
  readonly runIds: readonly string[]
  readonly fsync: string | null
  readonly snapshots: boolean | null
}

/** Everything that `open()` judges. */
export interface ServerState {
  /** Each primary of a cluster, or the one server. */
  readonly servers: readonly ServerSettings[]
  readonly note: PreparationNote | null
  /** Sentinels decide which server is the primary. */
  readonly sentinels: boolean
  readonly otherWriters: readonly OtherWriter[]
}

/**
 * The version of what the keys are named and contain. The first one had no number in its note: its
 * records had no `createdAt`.
 */
const LAYOUT = 3

const SYNC = 'appendfsync'
const NO_SYNC_ON_REWRITE = 'no-appendfsync-on-rewrite'
const SNAPSHOTS = 'save'
const READ_SETTINGS: readonly Command[] = [
  ['info', []],
  ['config', ['get', SYNC, NO_SYNC_ON_REWRITE, SNAPSHOTS]],
]

/**
 * Reads the live settings of every server, and changes nothing.
 * @throws NotPrepared where another version of this package prepared the store
 */
export async function readSettings(
  client: Client,
  names: KeyNames,
  signal: AbortSignal,
): Promise<ServerState> {
  const [servers, [stored], otherWriters] = await Promise.all([
    client.sendToAll(READ_SETTINGS, signal),
    client.send([['get', [names.note]]], signal),
    readOtherWriters(client, names, signal),
  ])
  const note = stored && hasWrongType(stored) ? null : parseNote(resultOf(stored))
  if (note !== null) assertLayout(note.layout ?? 1, names)
  return {
    servers: servers.map(settingsOf),
    note,
    sentinels: client.hasSentinels,
    otherWriters,
  }
}

/** The preparation note, as JSON: of several servers the least safe setting. */
export function preparationNoteOf(servers: readonly ServerSettings[]): string {
  const unsynced = servers.find(({ fsync }) => fsync !== 'always')
  const snapshot = servers.find(({ snapshots }) => snapshots !== false)
  const note: PreparationNote = {
    layout: LAYOUT,
    runIds: servers.map(({ runId }) => runId).toSorted(),
    fsync: unsynced ? unsynced.fsync : 'always',
    snapshots: snapshot ? snapshot.snapshots : false,
  }
  return JSON.stringify(note)
}

/** `null` where there is no note or an unreadable one: the next preparation stores it again. */
function parseNote(text: unknown): PreparationNote | null {
  try {
    const note = JSON.parse(String(text)) as Partial<PreparationNote> | null
    return Array.isArray(note?.runIds) ? (note as PreparationNote) : null
  } catch {
    return null
  }
}

function assertLayout(layout: number, { note }: KeyNames): void {
  if (layout === LAYOUT) return
  throw new NotPrepared(
    `The note ${note} has layout ${layout} of the keys, and this package supports layout ${LAYOUT}: ${layout > LAYOUT ? 'update @tokenward/redis' : 'use another namespace, or delete the keys of this one'}.`,
  )
}

function settingsOf([info, config]: readonly Reply[]): ServerSettings {
  const infoText = String(resultOf(info))
  const infoValue = (name: string) =>
    new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(infoText)?.[1] ?? ''
  const configured = configOf(config)
  // Whatever is configured now: this run loaded a snapshot at its start, or has made one.
  const hasSnapshot =
    Number(infoValue('rdb_last_load_keys_loaded')) + Number(infoValue('rdb_saves')) > 0
  return {
    version: infoValue('redis_version'),
    runId: infoValue('run_id'),
    role: infoValue('role'),
    replicas: Number(infoValue('connected_slaves')),
    aof: infoValue('aof_enabled') === '1',
    fsync: configured?.get(SYNC) ?? null,
    snapshots: hasSnapshot ? true : configured && configured.get(SNAPSHOTS) !== '',
    syncsWhileRewriting: configured?.get(NO_SYNC_ON_REWRITE) !== 'yes',
    maxmemory: Number(infoValue('maxmemory')),
    eviction: infoValue('maxmemory_policy'),
  }
}

/** `null` where the user may not run the command, or where it is disabled. */
function configOf(reply: Reply | undefined): ReadonlyMap<string, string> | null {
  const denied =
    reply?.status === 'rejected' && /^(NOPERM|ERR)\b/.test(String(reply.reason?.message))
  if (denied) return null
  const pairs = resultOf(reply) as readonly string[]
  return new Map(pairs.flatMap((name, i) => (i % 2 ? [] : [[name, pairs[i + 1] ?? '']])))
}
