import { setTimeout as wait } from 'node:timers/promises'
import { findEngine } from './engine/find.ts'
import type { RunningServer } from './handle.ts'
import { pull } from './images/official.ts'
import { hireJanitor } from './janitor.ts'
import { OwnedContainer } from './owned-container.ts'
import { freePort } from './port.ts'
import { readyWithinMs } from './readiness.ts'
import { Member } from './replica-set-member.ts'
import { mongodb, withAdmin } from './servers/mongodb.ts'
import { remove } from './sweep.ts'
import { BackendUnavailable } from './unavailable.ts'

export interface ReplicaSet {
  readonly url: string
  readonly server: RunningServer
  /** Ends the primary as `kill -9` does; resolves once another has taken over, and it is back. */
  failover(): Promise<void>
  /** Where the primary of now listens, without asking the others. */
  primary(): Promise<string>
  /**
   * Halts the primary; resolves once another has taken over. The answer lets it go on, still
   * thinking that it is the primary.
   */
  depose(): Promise<() => Promise<void>>
  /** Removes it, with its data. */
  stop(): Promise<void>
}

const MEMBERS = 3
const NAME = 'rs0'
/** How long the others bear with a silent primary, ms. */
const ELECTION_TIMEOUT = 2_000

/**
 * Several members of MongoDB, each in a container of its own. All share the addresses of one that
 * holds them: so the same name leads to a member from here and from the others. Only of published
 * images: nothing else here elects.
 */
export async function startReplicaSet(): Promise<ReplicaSet> {
  const image = await officialImage()
  const docker = (await findEngine()).container.dockerode
  hireJanitor()
  const ports = await Promise.all(Array.from({ length: MEMBERS }, freePort))
  const started: string[] = []
  const stop = async () => void (await Promise.all(started.map((id) => remove(docker, id))))
  try {
    const holder = await run(image, ['sleep', 'infinity'], (container) => {
      for (const port of ports) container.publish(port, port, true)
    })
    started.push(holder)
    const members: Member[] = []
    for (const port of ports) {
      const command = ['mongod', '--replSet', NAME, '--bind_ip_all', '--port', String(port)]
      const id = await run(image, command, (each) => each.withNetworkMode(`container:${holder}`))
      started.push(id)
      members.push(new Member(docker, id, port))
    }
    await initiate(members)
    return await setOf(image, members, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function officialImage(): Promise<string> {
  const image = mongodb.versions['8.0']?.official.image ?? ''
  const named = process.env[mongodb.environment] !== undefined
  const wanted = process.env['TOKENWARD_TESTBED_IMAGES'] !== 'made'
  if (!named && wanted && (await pull(image))) return image
  throw new BackendUnavailable(`a replica set of several needs ${image}, which cannot be pulled`)
}

async function run(
  image: string,
  command: string[],
  describe: (container: OwnedContainer) => unknown,
): Promise<string> {
  const container = new OwnedContainer(image).withEntrypoint([]).withCommand(command)
  describe(container as OwnedContainer)
  const ready = (container as OwnedContainer).waitingUntil(async () => undefined, readyWithinMs)
  return (await ready.start()).getId()
}

async function initiate(members: readonly Member[]): Promise<void> {
  const [first] = members
  if (!first) return
  const config = {
    _id: NAME,
    members: members.map(({ address }, _id) => ({ _id, host: address })),
    settings: { electionTimeoutMillis: ELECTION_TIMEOUT },
  }
  await eventually(() =>
    withAdmin(first.url, (admin) => admin.command({ replSetInitiate: config })).then(
      () => true,
      (error: { codeName?: string }) => error.codeName === 'AlreadyInitialized',
    ),
  )
  await primaryOf(members)
}

async function setOf(
  image: string,
  members: readonly Member[],
  stop: () => Promise<void>,
): Promise<ReplicaSet> {
  const replace = async (end: (old: Member) => Promise<void>) => {
    const old = await primaryOf(members)
    await end(old)
    await primaryOf(members.filter((member) => member !== old))
    return old
  }
  return {
    url: `mongodb://${members.map(({ address }) => address).join()}/test?replicaSet=${NAME}`,
    server: { ...(await mongodb.ask((await primaryOf(members)).url)), image },
    failover: async () => (await replace((old) => old.kill())).start(),
    primary: async () => (await primaryOf(members)).url,
    depose: async () => (await replace((old) => old.pause())).resume,
    stop,
  }
}

async function primaryOf(members: readonly Member[]): Promise<Member> {
  let found: Member | undefined
  await eventually(async () => {
    const are = await Promise.all(members.map((member) => member.isPrimary()))
    found = members[are.indexOf(true)]
    return found !== undefined
  })
  return found as Member
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + readyWithinMs
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('the members of the replica set do not agree')
    await wait(50)
  }
}
