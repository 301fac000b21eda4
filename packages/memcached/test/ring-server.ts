import type { ServerHandle } from '@tokenward/conformance'
import { startRing } from '@tokenward/testbed'
import type { Driver } from '../src/index.ts'
import { damage, drop, tcpRequest } from './tcp-request.ts'

const SETTINGS = { c: '4096' }

/** Starts three servers, and what the conformance suite does to them directly. */
export async function startRingFor(driver: Driver): Promise<ServerHandle> {
  const { url, members, stop } = await startRing(3, { settings: SETTINGS })
  const each = async (work: (member: (typeof members)[number]) => unknown) =>
    void (await Promise.all(members.map(work)))
  const server = members[0]?.server ?? { name: 'memcached', version: '', standIn: false }
  return {
    url: `${url}#${driver}`,
    server: { ...server, name: 'three memcached in a ring' },
    stop,
    members,
    kill: () => each((member) => member.kill()),
    start: () => each((member) => member.start()),
    wipe: () => each(({ url: member }) => tcpRequest(member, 'flush_all')),
    drop: (key) => each(({ url: member }) => drop(member, key)),
    damage: (key) =>
      damage(
        members.map((member) => member.url),
        key,
      ),
  }
}
