import { join } from 'node:path'
import { generateKeys, trust } from '@tokenward/core'
import { MovableClock } from './api/clock.ts'
import { tokenwardOptions } from './api/options.ts'
import { changedPrivileges } from './chapters/changed-privileges.ts'
import { loginAndRotations } from './chapters/login-and-rotations.ts'
import { otherProcess } from './chapters/other-process.ts'
import { providerLogins } from './chapters/provider-logins.ts'
import { revoking } from './chapters/revoking.ts'
import { setUp } from './chapters/setup.ts'
import type { Context, SetupContext } from './context.ts'
import { API } from './provider/clients.ts'
import { startProvider } from './provider/provider.ts'
import type { StepRunner } from './steps/step-runner.ts'
import { temporaryFolder } from './temporary-folder.ts'

/**
 * Runs every chapter.
 * @param module replaces `@tokenward/core`
 */
export async function run(runner: StepRunner, module: string | undefined): Promise<void> {
  await using provider = await startProvider()
  const database = join(temporaryFolder(), 'tokens.db')
  const clock = new MovableClock()
  const options = tokenwardOptions({
    database,
    keys: await generateKeys(),
    trust: [trust(provider.issuer, { audience: API, maxLifetime: '10m' })],
    clock: clock.now,
  })
  const setup: SetupContext = { runner, provider, database, options, clock, module }
  await using tokens = await setUp(setup)
  await runChapters({ ...setup, tokens })
}

async function runChapters(context: Context): Promise<void> {
  const accessTokens = await providerLogins(context)
  await revoking(context, accessTokens)
  await loginAndRotations(context)
  await otherProcess(context)
  await changedPrivileges(context)
}
