import type { RotateResult, Tokenward, VerifyResult } from '@tokenward/core'
import type { Write } from '@tokenward/core/adapter'
import { type Barrier, barrier } from '../../interceptors/barrier.ts'
import { chain } from '../../interceptors/intercept.ts'
import type { PausePosition } from '../../interceptors/pause-points.ts'
import { type CallRecorder, recordCalls } from '../../interceptors/record-calls.ts'
import type { Task, TaskContext } from '../task.ts'

export interface Race {
  readonly token: string
  /** Racers in this process. */
  readonly racers: number
  /** Where all racers of all processes wait for their start: at the store's first read. */
  readonly place: PausePosition
  readonly grace: '0s' | '10s'
}

export interface Ran<T> {
  readonly answers: readonly T[]
  /** How many conditional writes on an existing record were sent. */
  readonly rivals: number
  /** How many racers reported reuse. */
  readonly reused: number
}

/** All racers rotate one refresh token. */
export const raceToRotate: Task<Race, Ran<RotateResult>> = async (context, race) => {
  const track = await createToken(context, race)
  return await run(context, track, race, 'session', (instance) => instance.rotate(race.token))
}

/** All racers consume one access token. */
export const raceToConsume: Task<Race, Ran<VerifyResult>> = async (context, race) => {
  const track = await createToken(context, race)
  return await run(context, track, race, 'token', (instance) => instance.consume(race.token))
}

interface RaceSetup {
  readonly instances: readonly Tokenward[]
  readonly line: Barrier
  readonly seen: CallRecorder
  reused: number
}

/** An instance for each racer, so that each read is separate and can be counted at the barrier. */
function createToken(context: TaskContext, { racers, grace }: Race): Promise<RaceSetup> {
  return context.memoize(`track of grace ${grace}`, async () => {
    const [line, seen] = [barrier(), recordCalls()]
    const instances = await context.instances(racers, {
      grace,
      wrap: chain(line.wrap, seen.wrap),
    })
    const track = { instances, line, seen, reused: 0 }
    for (const instance of instances) instance.on('reused', () => track.reused++)
    return track
  })
}

async function run<T>(
  context: TaskContext,
  track: RaceSetup,
  { racers, place }: Race,
  kind: Write['record']['kind'],
  start: (instance: Tokenward) => Promise<T>,
): Promise<Ran<T>> {
  track.seen.clear()
  track.reused = 0
  track.line.set(racers, place, () => context.barrier('line'))
  const answers = await Promise.all(track.instances.map(start))
  const rival = ({ record, expected }: Write) => record.kind === kind && expected !== null
  const rivals = track.seen.writes.filter((writes) => writes.some(rival)).length
  return { answers, rivals, reused: track.reused }
}
