import type { Testbed } from '@tokenward/testbed'

/** Linux counts the CPU time of a process in ticks of 10 ms. */
const TICK_US = 10_000

/** What sums the CPU time of all processes in the container of the server; in µs. */
export function serverCpuOf({ run }: Testbed): { serverCpu?: () => Promise<number> } {
  if (!run) return {}
  return {
    async serverCpu() {
      const processes = await run(['sh', '-c', 'cat /proc/[0-9]*/stat 2>/dev/null || true'])
      return TICK_US * processes.split('\n').reduce((sum, line) => sum + ticksOf(line), 0)
    },
  }
}

/** @param stat of `proc(5)`: the id, the name in parentheses, and from the third field on the rest */
function ticksOf(stat: string): number {
  const [id] = stat.split(' ', 1)
  const [name, ...fields] = stat.slice(stat.indexOf('(') + 1).split(') ')
  // The measurement itself.
  if (name === 'sh' || name === 'cat') return 0
  const [user, system, endedUser, endedSystem] = fields
    .join(') ')
    .split(' ')
    .slice(11, 15)
    .map(Number)
  const own = (user ?? 0) + (system ?? 0)
  // The first process adds up those that have ended.
  return id === '1' ? own + (endedUser ?? 0) + (endedSystem ?? 0) : own
}
