// To add a task: write `<name>.ts` in this folder, exporting a `Task<Args, Answer>`
// (`../task.ts`) whose arguments and answer survive JSON; then name it twice below. A case runs
// it in all processes of a pool by `await pool.run('<name>', argsOfEachWorker)`, which is typed
// by this table.
import type { Task } from '../task.ts'
import { changeData } from './change-data.ts'
import { find } from './find.ts'
import { hello } from './hello.ts'
import { prune } from './prune.ts'
import { raceToConsume, raceToRotate } from './race.ts'
import { reseal } from './reseal.ts'
import { revokeUnderFire } from './revoke-under-fire.ts'
import { workload } from './workload.ts'
import { write } from './write.ts'

export interface Tasks {
  readonly 'change-data': typeof changeData
  readonly find: typeof find
  readonly hello: typeof hello
  readonly prune: typeof prune
  readonly 'race-to-consume': typeof raceToConsume
  readonly 'race-to-rotate': typeof raceToRotate
  readonly reseal: typeof reseal
  readonly 'revoke-under-fire': typeof revokeUnderFire
  readonly write: typeof write
  readonly workload: typeof workload
}

const tasks: Tasks = {
  'change-data': changeData,
  find,
  hello,
  prune,
  'race-to-consume': raceToConsume,
  'race-to-rotate': raceToRotate,
  reseal,
  'revoke-under-fire': revokeUnderFire,
  write,
  workload,
}

export type TaskName = keyof Tasks
export type ArgsOf<N extends TaskName> = Tasks[N] extends Task<infer Args, infer _> ? Args : never
export type AnswerOf<N extends TaskName> =
  Tasks[N] extends Task<infer _, infer Answer> ? Answer : never

/** The task of that name. */
export function taskNamed(name: string): Task<unknown, unknown> {
  const named = tasks as unknown as Readonly<Record<string, Task<unknown, unknown>>>
  const task = named[name]
  if (task === undefined) throw new RangeError(`there is no task ${name}`)
  return task
}
