import { join } from 'node:path'
import { generateKeys, trust } from '@tokenward/core'
import { changedPrivileges } from './chapters/changed-privileges.ts'
import { getReady } from './chapters/getting-ready.ts'
import { loginAndRotations } from './chapters/login-and-rotations.ts'
import { otherProcess } from './chapters/other-process.ts'
import { providerLogins } from './chapters/provider-logins.ts'
import { takingBack } from './chapters/taking-back.ts'
import { MovableClock } from './instance/clock.ts'
import { tokenwardOptions } from './instance/options.ts'
import { API } from './provider/clients.ts'
import { startProvider } from './provider/provider.ts'
import type { EmptyStage, Stage } from './stage.ts'
import type { Story } from './story/story.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** The whole story; `module` may stand in for `@tokenward/core`. */
export async function tell(story: Story, module: string | undefined): Promise<void> {
  await using provider = await startProvider()
  const database = join(temporaryFolder(), 'tokens.db')
  const clock = new MovableClock()
  const options = tokenwardOptions({
    database,
    keys: await generateKeys(),
    trust: [trust(provider.issuer, { audience: API, maxLifetime: '10m' })],
    clock: clock.now,
  })
  const empty: EmptyStage = { story, provider, database, options, clock, module }
  await using instance = await getReady(empty)
  await play({ ...empty, instance })
}

async function play(stage: Stage): Promise<void> {
  const tokens = await providerLogins(stage)
  await takingBack(stage, tokens)
  await loginAndRotations(stage)
  await otherProcess(stage)
  await changedPrivileges(stage)
}
