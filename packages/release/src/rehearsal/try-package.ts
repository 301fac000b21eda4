import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { PublishedPackage } from '../packages.ts'
import { type Environment, mustRun } from '../run.ts'
import { type Installed, inspectInstalled } from './installed.ts'
import type { Command, Manager } from './managers.ts'
import { type Plan, plans } from './plans.ts'
import { readReadme } from './readme.ts'
import type { Servers } from './servers.ts'

/** What happened to a user who followed the README of a package in an empty folder. */
export interface Trial {
  readonly package: string
  readonly manager: string
  /** From the empty folder to the end of the example. */
  readonly seconds: number
  readonly installSeconds: number
  /** The product and version, where the example needs a server. */
  readonly server?: string
  /** Only with npm. */
  readonly installed?: Installed
  /** Why it failed. */
  readonly failure?: string
}

export interface TrialSettings {
  readonly folder: string
  readonly environment: Environment
  readonly servers: Servers
}

/** Installs a package by the line in its README, and runs the example below it. */
export async function tryPackage(
  each: PublishedPackage,
  manager: Manager,
  settings: TrialSettings,
): Promise<Trial> {
  const { name } = each.manifest
  const trial = { package: name, manager: manager.name, seconds: 0, installSeconds: 0 }
  try {
    const plan = plans[name]
    if (!plan) throw new Error(`There is no plan for ${name} in plans.ts`)
    return { ...trial, ...(await follow(each, plan, manager, settings)) }
  } catch (error) {
    return { ...trial, failure: (error as Error).message }
  }
}

async function follow(
  each: PublishedPackage,
  plan: Plan,
  manager: Manager,
  { folder, environment, servers }: TrialSettings,
): Promise<Omit<Trial, 'package' | 'manager'>> {
  const readme = readReadme(each.directory)
  const server = plan.server && (await servers.get(plan.server.start))
  mkdirSync(folder, { recursive: true })
  const start = performance.now()
  const go = ([command, ...parameters]: Command) =>
    mustRun(command, parameters, folder, environment)
  for (const command of manager.init) await go(command)
  await go(manager.add(readme.packages, readme.dev))
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

function secondsSince(start: number): number {
  return Math.round((performance.now() - start) / 100) / 10
}
