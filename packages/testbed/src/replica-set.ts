import { setTimeout as wait } from 'node:timers/promises'
import { startCleanupProcess } from './cleanup-process.ts'
import { findEngine } from './engine/find.ts'
import type { RunningServer } from './handle.ts'
import { pull } from './images/official.ts'
import { OwnedContainer } from './owned-container.ts'
import { freePort } from './port.ts'
import { READY_TIMEOUT_MS } from './readiness.ts'
import { remove } from './remove-orphans.ts'
import { Member } from './replica-set-member.ts'
import { mongodb, withAdmin } from './servers/mongodb.ts'
import { BackendUnavailable } from './unavailable.ts'

export interface ReplicaSet {
  readonly url: string
  readonly server: RunningServer
  /** Kills the primary. Resolves once another member is primary and the old one runs again. */
  failover(): Promise<void>
  /** The URL of the current primary, for a direct connection. */
  primary(): Promise<string>
  /**
   * Suspends the primary. Resolves once another member is primary, with a function that resumes the
   * old one, which then still considers itself the primary.
   */
  depose(): Promise<() => Promise<void>>
  /** Removes the containers with their data. */
  stop(): Promise<void>
}

const MEMBERS = 3
const NAME = 'rs0'
/** How long a primary may be silent before the others elect a new one. */
const ELECTION_TIMEOUT_MS = 2_000

/**
 * Starts a MongoDB replica set with each member in its own container. All share the network of one
 * container, so a member has the same address for this process and for the other members. Needs the
 * published image: the stand-in does not implement elections.
 */
export async function startReplicaSet(): Promise<ReplicaSet> {
  const image = await officialImage()
  const docker = (await findEngine()).container.dockerode
  startCleanupProcess()
  const ports = await Promise.all(Array.from({ length: MEMBERS }, freePort))
  const started: string[] = []
  const stop = async () => void (await Promise.all(started.map((id) => remove(docker, id))))
  try {
    const network = await run(image, ['sleep', 'infinity'], (container) => {
      for (const port of ports) container.publish(port, port, true)
    })
    started.push(network)
    const members: Member[] = []
    for (const port of ports) {
      const command = ['mongod', '--replSet', NAME, '--bind_ip_all', '--port', String(port)]
      const id = await run(image, command, (each) => each.withNetworkMode(`container:${network}`))
      started.push(id)
      members.push(new Member(docker, id, port))
    }
    await initiate(members)
    return await replicaSetOf(image, members, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function officialImage(): Promise<string> {
  const image = mongodb.versions['8.0']?.official.image ?? ''
  const named = process.env[mongodb.environment] !== undefined
  const isPublishedAllowed = process.env['TOKENWARD_TESTBED_IMAGES'] !== 'built'
  if (!named && isPublishedAllowed && (await pull(image))) return image
  throw new BackendUnavailable(
    `a replica set of several members needs ${image}, which cannot be pulled`,
  )
}

async function run(
  image: string,
  command: string[],
  describe: (container: OwnedContainer) => unknown,
): Promise<string> {
  const container = new OwnedContainer(image).withEntrypoint([]).withCommand(command)
  describe(container as OwnedContainer)
  const ready = (container as OwnedContainer).waitingUntil(async () => undefined, READY_TIMEOUT_MS)
  return (await ready.start()).getId()
}

async function initiate(members: readonly Member[]): Promise<void> {
  const [first] = members
  if (!first) return
  const config = {
    _id: NAME,
    members: members.map(({ address }, _id) => ({ _id, host: address })),
    settings: { electionTimeoutMillis: ELECTION_TIMEOUT_MS },
  }
  await waitUntil(() =>
    withAdmin(first.url, (admin) => admin.command({ replSetInitiate: config })).then(
      () => true,
      (error: { codeName?: string }) => error.codeName === 'AlreadyInitialized',
    ),
  )
  await primaryOf(members)
}

async function replicaSetOf(
  image: string,
  members: readonly Member[],
  stop: () => Promise<void>,
): Promise<ReplicaSet> {
  const replacePrimary = async (end: (old: Member) => Promise<void>) => {
    const old = await primaryOf(members)
    await end(old)
    await primaryOf(members.filter((member) => member !== old))
    return old
  }
  return {
    url: `mongodb://${members.map(({ address }) => address).join()}/test?replicaSet=${NAME}`,
    server: { ...(await mongodb.identify((await primaryOf(members)).url)), image },
    failover: async () => (await replacePrimary((old) => old.kill())).start(),
    primary: async () => (await primaryOf(members)).url,
    depose: async () => (await replacePrimary((old) => old.pause())).resume,
    stop,
  }
}

async function primaryOf(members: readonly Member[]): Promise<Member> {
  let found: Member | undefined
  await waitUntil(async () => {
    const arePrimary = await Promise.all(members.map((member) => member.isPrimary()))
    found = members[arePrimary.indexOf(true)]
    return found !== undefined
  })
  return found as Member
}

async function waitUntil(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('the replica set has no primary')
    await wait(50)
  }
}
