import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { PublishedPackage } from '../packages.ts'
import { mustRun } from '../run.ts'
import { inspectInstalled } from './installed.ts'
import type { Command, Manager } from './managers.ts'
import { pinsOf } from './pins.ts'
import { type ExamplePlan, plans } from './plans.ts'
import { readReadme } from './readme.ts'
import { type Outcome, secondsSince, type Trial, type TrialSettings } from './trial.ts'
import { tryProject } from './try-project.ts'

/** Follows the first example in the README of a package. */
export async function tryPackage(
  each: PublishedPackage,
  manager: Manager,
  settings: TrialSettings,
): Promise<Trial> {
  const { name } = each.manifest
  const trial = { package: name, manager: manager.name, seconds: 0, installSeconds: 0, pins: {} }
  try {
    const plan = plans[name]
    if (!plan) throw new Error(`There is no plan for ${name} in plans.ts`)
    const outcome =
      'fails' in plan
        ? await tryProject(each, plan, manager, settings)
        : await tryExample(each, plan, manager, settings)
    return { ...trial, ...outcome }
  } catch (error) {
    return { ...trial, failure: (error as Error).message }
  }
}

/** Installs a package by the line in its README, and runs the example below it. */
async function tryExample(
  each: PublishedPackage,
  plan: ExamplePlan,
  manager: Manager,
  { folder, environment, servers, catalog }: TrialSettings,
): Promise<Outcome> {
  const readme = readReadme(each.directory)
  const server = plan.server && (await servers.get(plan.server.start))
  mkdirSync(folder, { recursive: true })
  const start = performance.now()
  const go = ([command, ...parameters]: Command) =>
    mustRun(command, parameters, folder, environment)
  for (const command of manager.init) await go(command)
  const pins = readme.dev ? pinsOf(readme.packages, catalog) : {}
  const packages = readme.packages.map((name) => (name in pins ? `${name}@${pins[name]}` : name))
  await go(manager.add(packages, readme.dev))
  const installSeconds = secondsSince(start)
  const addresses = server && plan.server ? ([plan.server.address, server.url] as const) : undefined
  writeFiles(folder, plan.files, readme.examples, addresses)
  let output = ''
  for (const step of plan.steps(manager)) ({ stdout: output } = await go(step))
  const seconds = secondsSince(start)
  if (!plan.prints.test(output.trim())) throw new Error(`The example printed:\n${output}`)
  return {
    seconds,
    installSeconds,
    pins,
    ...(server && { server: server.description }),
    ...(manager.name === 'npm' && { installed: inspectInstalled(folder, each.manifest.name) }),
  }
}

/** @param addresses the one in the README, which is replaced, and that of the server */
export function writeFiles(
  folder: string,
  files: readonly string[],
  examples: readonly string[],
  addresses?: readonly [string, string],
): void {
  for (const [index, file] of files.entries()) {
    const example = examples[index]
    if (example === undefined) throw new Error(`The README has no example for ${file}`)
    const parts = addresses ? example.split(addresses[0]) : [example]
    if (addresses && parts.length !== 2)
      throw new Error(`The example does not have ${addresses[0]} once`)
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), parts.join(addresses?.[1]))
  }
}
