import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Packed, packAll } from '../pack.ts'
import {
  outputFolder,
  type PublishedPackage,
  packedFolder,
  publishedPackages,
  repositoryRoot,
} from '../packages.ts'
import { publishFolder } from '../publish.ts'
import { type Environment, mustRun } from '../run.ts'
import { commonVersion, hasChangesets, updateVersions } from '../version.ts'
import { type Budget, overBudget } from './budgets.ts'
import { copyCheckout } from './checkout.ts'
import { installManagers, managers, userEnvironment } from './managers.ts'
import { catalogVersions } from './pins.ts'
import { startRegistry } from './registry.ts'
import { describeReport } from './report.ts'
import { Servers } from './servers.ts'
import { tarballProblems, tarballSize } from './tarballs.ts'
import type { Trial } from './trial.ts'
import { tryPackage } from './try-package.ts'

// Releases into a registry on this machine, and then does what a user does: `release:rehearse [--manager NAME]...
// [--package FOLDER]...`. Nothing leaves the machine, and the checkout is not changed.
const { values } = parseArgs({
  options: {
    manager: { type: 'string', multiple: true, default: managers.map(({ name }) => name) },
    package: { type: 'string', multiple: true },
  },
})
const work = realpathSync(mkdtempSync(join(tmpdir(), 'tokenward-release-')))
const servers = new Servers()
const began = performance.now()

function log(text: string): void {
  const seconds = ((performance.now() - began) / 1_000).toFixed(0)
  console.log(`${seconds.padStart(5)} s  ${text}`)
}

async function build(): Promise<void> {
  const filters = publishedPackages().map(({ manifest }) => `--filter=${manifest.name}`)
  await mustRun('turbo', ['run', 'build', ...filters], repositoryRoot)
  log('built')
}

async function release(checkout: string): Promise<{ version: string; packed: readonly Packed[] }> {
  await copyCheckout(repositoryRoot, checkout)
  const isPending = hasChangesets(checkout)
  const version = isPending
    ? await updateVersions(checkout)
    : commonVersion(publishedPackages(checkout))
  log(`all packages are ${version}${isPending ? ' now' : ''}`)
  for (const { folder, directory } of publishedPackages(checkout)) {
    const changelog = readFileSync(join(directory, 'CHANGELOG.md'), 'utf8')
    if (!changelog.includes(`\n## ${version}\n\n`))
      throw new Error(`${folder} has no changelog of ${version}`)
  }
  return { version, packed: await packAll(checkout, packedFolder) }
}

async function checkTarballs(packed: readonly Packed[]): Promise<readonly string[]> {
  const problems: string[] = []
  for (const { name, tarball } of packed) {
    problems.push(...(await tarballProblems(tarball)).map((problem) => `${name}: ${problem}`))
  }
  log('publint and attw have looked at the tarballs')
  return problems
}

async function tryAll(checkout: string, environment: Environment): Promise<readonly Trial[]> {
  const isWanted = ({ folder }: PublishedPackage) => values.package?.includes(folder) ?? true
  const catalog = catalogVersions(checkout)
  const trials: Trial[] = []
  for (const each of publishedPackages(checkout).filter(isWanted)) {
    for (const manager of managers.filter(({ name }) => values.manager.includes(name))) {
      const folder = join(work, 'projects', `${each.folder}-${manager.name}`)
      const trial = await tryPackage(each, manager, { folder, environment, servers, catalog })
      log(`${trial.package} by ${trial.manager}: ${trial.failure ?? `${trial.seconds} s`}`)
      trials.push(trial)
    }
  }
  return trials
}

async function rehearse(): Promise<readonly string[]> {
  const checkout = join(work, 'checkout')
  await build()
  const { version, packed } = await release(checkout)
  const found = await checkTarballs(packed)
  const registry = await startRegistry(
    join(work, 'registry'),
    packed.map(({ name }) => name),
  )
  try {
    const user = userEnvironment(registry, join(work, 'caches'))
    await publishFolder(packedFolder, { provenance: false, environment: user })
    log('published')
    const programs = await installManagers(join(work, 'managers'), user)
    const PATH = [programs, process.env['PATH']].join(delimiter)
    const trials = await tryAll(checkout, { ...user, PATH })
    const sizes = Object.fromEntries(packed.map((each) => [each.name, sizesOf(each, trials)]))
    const problems = [
      ...found,
      ...problemsOf(trials),
      ...Object.entries(sizes).flatMap(([name, each]) => overBudget(name, each)),
    ]
    const report = { version, sizes, trials, problems }
    writeFileSync(join(outputFolder, 'rehearsal.json'), JSON.stringify(report, undefined, 2))
    writeFileSync(join(outputFolder, 'rehearsal.md'), describeReport(report))
    console.log(`\n${describeReport(report)}`)
    return problems
  } finally {
    await registry.stop()
  }
}

function sizesOf({ name, tarball }: Packed, trials: readonly Trial[]): Budget {
  const installed = trials.find((trial) => trial.package === name && trial.installed)?.installed
  return { tarball: tarballSize(tarball), install: installed?.size ?? 0 }
}

function problemsOf(trials: readonly Trial[]): readonly string[] {
  return trials.flatMap(({ package: name, manager, failure, installed }) => {
    const own = installed?.problems ?? []
    return [...(failure === undefined ? [] : [`by ${manager}: ${failure}`]), ...own].map(
      (text) => `${name} ${text}`,
    )
  })
}

try {
  mkdirSync(outputFolder, { recursive: true })
  if ((await rehearse()).length > 0) process.exitCode = 1
} finally {
  await servers.stop()
  rmSync(work, { recursive: true, force: true })
}
