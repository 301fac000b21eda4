import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PublishedPackage } from '../packages.ts'
import { mustRun, run } from '../run.ts'
import { inspectCreator } from './installed.ts'
import type { Command, Manager } from './managers.ts'
import { pinsOf, type Versions } from './pins.ts'
import type { ProjectPlan } from './plans.ts'
import { readReadme } from './readme.ts'
import { type Outcome, secondsSince, type TrialSettings } from './trial.ts'

/**
 * Creates a project by the commands of a README, installs it, runs the scripts that must succeed, and then the last
 * command, which must fail with what is to be written first.
 */
export async function tryProject(
  each: PublishedPackage,
  plan: ProjectPlan,
  manager: Manager,
  { folder, environment, catalog }: TrialSettings,
): Promise<Outcome> {
  const { create, project, test } = projectCommands(readReadme(each.directory).commands, manager)
  mkdirSync(folder, { recursive: true })
  const start = performance.now()
  const go = ([command, ...parameters]: Command, cwd: string) =>
    mustRun(command, parameters, cwd, environment)
  await go(create, folder)
  const directory = join(folder, project)
  const pins = pinProject(directory, catalog)
  await go(manager.install, directory)
  const installSeconds = secondsSince(start)
  for (const name of plan.scripts) await go(manager.script(name), directory)
  const [command, ...parameters] = test
  const { exitCode, output } = await run(command, parameters, directory, environment)
  if (exitCode !== 1 || !plan.fails.test(output))
    throw new Error(`${test.join(' ')} ended with ${exitCode}:\n${output}`)
  const cache = environment['npm_config_cache'] ?? ''
  return {
    seconds: secondsSince(start),
    installSeconds,
    pins,
    ...(manager.name === 'npm' && { installed: inspectCreator(cache, each.manifest.name) }),
  }
}

export interface ProjectCommands {
  readonly create: Command
  /** The folder that the README changes to. */
  readonly project: string
  readonly test: Command
}

/**
 * The commands of a README, which are npm's, for another manager.
 * @throws Error if they are not `npm create`, `cd`, `npm install` and `npm test`
 */
export function projectCommands(lines: readonly string[], manager: Manager): ProjectCommands {
  const [, name, parameters] = /^npm create (\S+) (.+)$/.exec(lines[0] ?? '') ?? []
  const [, project] = /^cd (\S+)$/.exec(lines[1] ?? '') ?? []
  const rest = lines.slice(2).join()
  if (name === undefined || parameters === undefined || project === undefined)
    throw new Error(`The README does not create a project and change to it: ${lines.join()}`)
  if (rest !== 'npm install,npm test')
    throw new Error(`The README does not install and test the project: ${rest}`)
  const create = manager.create(name, ...parameters.split(/\s+/))
  return { create, project, test: manager.script('test') }
}

/** @returns the versions that the development tools have now */
function pinProject(directory: string, catalog: Versions): Versions {
  const path = join(directory, 'package.json')
  const manifest: { readonly devDependencies: Versions } = JSON.parse(readFileSync(path, 'utf8'))
  const pins = pinsOf(Object.keys(manifest.devDependencies), catalog)
  const devDependencies = { ...manifest.devDependencies, ...pins }
  writeFileSync(path, JSON.stringify({ ...manifest, devDependencies }, undefined, 2))
  return pins
}
