import { setTimeout as wait } from 'node:timers/promises'
import type { RunningServer } from './handle.ts'
import { buildImage, buildObstacle } from './images/build-image.ts'
import { etcd } from './images/etcd.ts'
import { ProcessHost } from './process-host.ts'
import { until } from './redis-processes.ts'
import type { ReplicaSet } from './replica-set.ts'
import { BackendUnavailable } from './unavailable.ts'

const MEMBERS = 3

interface Member {
  readonly name: string
  readonly url: string
  start(): Promise<void>
}

export interface EtcdSet extends ReplicaSet {
  /** @param killed is called once the leader has ended */
  failover(killed?: () => Promise<void>): Promise<void>
}

/** What `/v3/maintenance/status` answers, as far as it is used. */
interface Status {
  readonly header: { readonly member_id: string }
  readonly leader?: string
  readonly version: string
}

/**
 * Starts an etcd of three members, with Debian's package. The URL is `etcd://` and the addresses of all.
 */
export async function startEtcdSet(): Promise<EtcdSet> {
  const obstacle = buildObstacle()
  if (obstacle !== null) throw new BackendUnavailable(`etcd cannot be built: ${obstacle}`)
  const image = await buildImage(etcd)
  const host = await ProcessHost.create(image, 2 * MEMBERS)
  try {
    const members = membersOf(host)
    await Promise.all(members.map((member) => member.start()))
    const { version } = await until(() => leaderOf(members))
    return setOf(host, members, { name: 'etcd', version, standIn: false, image })
  } catch (error) {
    await host.stop()
    throw error
  }
}

function membersOf(host: ProcessHost): readonly Member[] {
  const peers = host.ports.slice(MEMBERS).map((port) => `http://127.0.0.1:${port}`)
  const cluster = peers.map((peer, n) => `m${n}=${peer}`).join()
  return peers.map((peer, n) => {
    const name = `m${n}`
    const url = `http://127.0.0.1:${host.ports[n]}`
    const listen = (address: string) => address.replace('127.0.0.1', '0.0.0.0')
    const flags = {
      name,
      'data-dir': `/tmp/${name}.etcd`,
      'listen-client-urls': listen(url),
      'advertise-client-urls': url,
      'listen-peer-urls': peer,
      'initial-advertise-peer-urls': peer,
      'initial-cluster': cluster,
      'log-level': 'warn',
    }
    const options = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value])
    return { name, url, start: () => host.start(name, ['etcd', ...options]) }
  })
}

function setOf(host: ProcessHost, members: readonly Member[], server: RunningServer): EtcdSet {
  const replaceLeader = async (end: (name: string) => Promise<void>): Promise<Member> => {
    const { member: old } = await until(() => leaderOf(members))
    await end(old.name)
    await until(() => leaderOf(members.filter((member) => member !== old)))
    return old
  }
  return {
    url: members[0] ? `etcd://${members.map(({ url }) => new URL(url).host).join()}` : '',
    server,
    primary: async () =>
      `etcd://${new URL((await until(() => leaderOf(members))).member.url).host}`,
    async failover(killed) {
      const old = await replaceLeader(async (name) => {
        await host.kill(name)
        await killed?.()
      })
      await old.start()
      await until(() => statusOf(old))
    },
    async depose() {
      const old = await replaceLeader((name) => host.signal(name, 'STOP'))
      return () => host.signal(old.name, 'CONT')
    },
    stop: host.stop,
  }
}

/** Rejects while the members do not agree on a leader among them. */
async function leaderOf(
  members: readonly Member[],
): Promise<{ readonly member: Member; readonly version: string }> {
  const all = await Promise.all(
    members.map(async (member) => ({ member, status: await statusOf(member) })),
  )
  const leader = all.find(({ status }) => status.header.member_id === status.leader)
  const isAgreed = all.every(({ status }) => status.leader === leader?.status.leader)
  if (leader === undefined || !isAgreed) {
    await wait(50)
    throw new Error('the members of etcd have no leader')
  }
  return { member: leader.member, version: leader.status.version }
}

async function statusOf({ url }: Member): Promise<Status> {
  const response = await fetch(`${url}/v3/maintenance/status`, {
    method: 'POST',
    body: '{}',
    signal: AbortSignal.timeout(2_000),
  })
  return (await response.json()) as Status
}
