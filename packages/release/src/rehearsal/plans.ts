import type { Command, Manager } from './managers.ts'
import type { Server } from './servers.ts'

export type Plan = ExamplePlan | ProjectPlan

/** How the example of a package is run by a reader who follows its README. */
export interface ExamplePlan {
  /** The server that the example connects to, and the address that the README gives it. */
  readonly server?: { readonly start: Server; readonly address: string }
  /** The names of the files that the first blocks of code are written to. */
  readonly files: readonly string[]
  /** What is run, in order. */
  readonly steps: (manager: Manager) => readonly Command[]
  /** What the last step prints. */
  readonly prints: RegExp
}

/** How a new project is created and tried by the commands of the README. */
export interface ProjectPlan {
  /** The scripts of the project that succeed before anything is written in it. */
  readonly scripts: readonly string[]
  /** What the last command of the README prints, which fails: what is to be written first. */
  readonly fails: RegExp
}

const SCRIPT = 'example.ts'
const REVOKED = /\brevoked\b/

const script: Omit<ExamplePlan, 'prints'> = {
  files: [SCRIPT],
  steps: (manager) => [manager.node(SCRIPT)],
}

function store(start: Server, address: string): ExamplePlan {
  return { ...script, server: { start, address }, prints: REVOKED }
}

/** By the name of the package. Every published package has one. */
export const plans: Readonly<Record<string, Plan>> = {
  '@tokenward/core': { ...script, prints: REVOKED },
  '@tokenward/memory': { ...script, prints: REVOKED },
  '@tokenward/sqlite': { ...script, prints: REVOKED },
  '@tokenward/postgres': store('postgres', 'postgres://localhost/app'),
  '@tokenward/redis': store('redis', 'redis://localhost:6379'),
  '@tokenward/mongodb': store(
    'mongodb',
    'mongodb://a.example,b.example,c.example/app?replicaSet=rs0',
  ),
  '@tokenward/memcached': store('memcached', 'memcached://localhost:11211'),
  '@tokenward/http': { ...script, prints: /^401 Bearer/ },
  '@tokenward/otel': { ...script, prints: /^$/ },
  '@tokenward/cli': {
    files: ['tokenward.config.ts'],
    steps: ({ exec }) => [
      exec('tokenward', 'keygen', '--out', 'keys.json'),
      exec('tokenward', 'migrate'),
      exec('tokenward', 'doctor'),
    ],
    prints: /sqlite, namespace default/,
  },
  '@tokenward/conformance': {
    files: ['test/repository.ts', 'test/server.ts', 'test/conformance.test.ts'],
    steps: ({ exec }) => [exec('vitest', 'run', '-t', 'revoke-then-verify')],
    prints: /passed/,
  },
  'create-tokenward-adapter': {
    scripts: ['check', 'build'],
    fails: /TODO 1 \(see TODO\.md\): test\/server\.ts/,
  },
}
