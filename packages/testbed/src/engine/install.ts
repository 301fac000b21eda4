import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir, open, readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { command } from './command.ts'
import { withLock } from './lock.ts'

const SOCKET = '/var/run/docker.sock'
const LOG = '/var/log/tokenward-testbed-dockerd.log'
const ENGINE_PACKAGES = ['docker.io', 'runc', 'containerd', 'iptables']
/** The tools that build images (see `images/base.ts`). */
const IMAGE_PACKAGES = ['mmdebstrap']

/** Why no engine can be installed on this machine, or `null` if one can. */
export async function installObstacle(): Promise<string | null> {
  if (process.platform !== 'linux') return `this is ${process.platform}, not Linux`
  if (process.getuid?.() !== 0) return 'this user is not root'
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '')
  return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(release) ? null : 'this is neither Debian nor Ubuntu'
}

/** Installs the missing packages of Docker, starts it, and waits until it answers. */
export async function installEngine(): Promise<void> {
  if (!(await isInstalled('dockerd'))) await installPackages(ENGINE_PACKAGES.concat(IMAGE_PACKAGES))
  if (!(await answers())) await startDaemon()
}

/** Installs the tools that build images, which an engine that was already there does not bring. */
export async function installImageTools(): Promise<void> {
  if (!(await isInstalled('mmdebstrap'))) await installPackages(IMAGE_PACKAGES)
}

/** Installs packages of Debian or Ubuntu. Processes take turns: a second update of the lists would fail. */
export async function installPackages(packages: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1' }
  const options = ['-qq', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=600']
  await withLock('packages', async () => {
    await command('apt-get', ['-qq', 'update'], { env })
    await command('apt-get', ['install', ...options, ...packages], { env })
  })
}

async function isInstalled(program: string): Promise<boolean> {
  const folders = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin']
  const found = folders.map((folder) => access(`${folder}/${program}`))
  return Promise.any(found).then(
    () => true,
    () => false,
  )
}

/** Detached and with a file for its output: a shell script that starts the tests does not wait for it. */
async function startDaemon(): Promise<void> {
  await mkdir('/var/run', { recursive: true })
  const output = await open(LOG, 'a')
  // No process copies what a test and its server send each other: the kernel forwards it.
  const daemon = spawn('dockerd', ['--userland-proxy=false'], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', output.fd, output.fd],
  })
  await once(daemon, 'spawn')
  await output.close()
  const ended = once(daemon, 'exit').then(() => {
    throw new Error(`dockerd ended at once; see its log: ${LOG}`)
  })
  await Promise.race([ended, untilItAnswers()])
  ended.catch(() => undefined)
  daemon.unref()
}

async function untilItAnswers(): Promise<void> {
  const deadline = Date.now() + 300_000
  while (!(await answers())) {
    if (Date.now() > deadline) throw new Error(`dockerd does not answer; see its log: ${LOG}`)
    await wait(50)
  }
}

function answers(): Promise<boolean> {
  return new Promise((resolve) => {
    const client = connect(SOCKET)
    client.on('error', () => resolve(false))
    client.on('data', () => {
      client.destroy()
      resolve(true)
    })
    client.on('close', () => resolve(false))
    client.write('GET /_ping HTTP/1.0\r\n\r\n')
  })
}
