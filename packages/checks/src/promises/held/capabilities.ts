import type { HeldInFile } from '../held-by.ts'

export const capabilities: HeldInFile = {
  Durability: {
    'What a store may do with acknowledged writes: keep them (`durable`), drop some (`evicting`: a cache), or return to an older state (`reverting`: snapshots only, asynchronous failover).':
      ['acknowledges-then-sends', 'absent-cutoff-accepted-under-pressure', 'any-policy-accepted'],
  },
  Capabilities: {
    'What a store can do: claimed by its adapter, lowered by findings, tested by the conformance suite.':
      [
        'no-findings',
        'evicting-time-kept',
        'core: test/capabilities.test.ts > findings lower the claimed capabilities, and never raise them',
      ],
  },
  'Capabilities.shared': {
    'Other processes see the same records.': ['cached-per-process'],
  },
  'Capabilities.linearizable': {
    'All clients agree on one order of the reads and writes of a key.': [
      'locked-per-process',
      'replica-read-at-times',
    ],
    'Without it no instance uses the store.': ['older-reads-accepted'],
  },
  'Capabilities.failoverSafe': {
    'A failover loses nothing that was acknowledged.': [
      'failover',
      'deposed-primary',
      'conformance: test/failover/failover.test.ts > %s fails where %s',
    ],
  },
  'Capabilities.network': {
    'Calls cross a network: they can be refused, interrupted or delayed.': 'description',
  },
  'Capabilities.readsSettings': {
    '`open()` can read the live settings and find the unsafe ones.': ['no-findings'],
  },
  'Capabilities.roles': {
    'Least-privilege roles can be granted.': [
      'notes-last-use',
      'postgres: test/roles.test.ts > grants() allows what the role needs, and nothing else',
    ],
  },
  'Capabilities.listing': {
    '`list` exists.': ['claimed-members', 'list-missing'],
  },
  'Capabilities.pruning': {
    '`prune` exists.': ['claimed-members', 'prune-keeps-retained'],
  },
  'Capabilities.notifications': {
    '`watch` exists.': ['watch-missing', 'watch-silent'],
  },
  'Capabilities.maxBodyBytes': {
    'The longest `body` that can be stored, bytes.': ['body-truncated', 'body-rejected'],
  },
  Role: {
    'A role of a database, for the principle of least privilege: `verify` reads; `write` issues, rotates and revokes too; `prune` deletes what is past its retention; `migrate` makes the schema.':
      [
        'notes-last-use',
        'postgres: test/roles.test.ts > grants() allows what the role needs, and nothing else',
        'redis: test/roles.test.ts > a user may do what its role allows, and nothing else',
        'mongodb: test/roles.test.ts > a user may do what its role allows, and nothing else',
      ],
  },
  RoleNames: {
    'The name of each role in the database; roles that are absent get nothing.': [
      'postgres: test/roles.test.ts > grants() allows what the role needs, and nothing else',
    ],
  },
  Finding: {
    'What `open()` found in the live settings: the evidence, and what to do about it.': [
      'findings-withheld',
    ],
  },
  'Finding.code': {
    'Stable, kebab-case: `eviction-enabled`, `fsync-off`.': 'description',
  },
  'Finding.message': {
    'What was found, with the evidence: `maxmemory-policy=allkeys-lru`.': ['findings-withheld'],
  },
  'Finding.fix': {
    'What to do about it.': ['findings-withheld'],
  },
  'Finding.downgrades': {
    'The capabilities that the store does not have with these settings.': [
      'no-findings',
      'core: test/capabilities.test.ts > findings lower the claimed capabilities, and never raise them',
    ],
    'A finding only lowers.': [
      'core: test/capabilities.test.ts > findings lower the claimed capabilities, and never raise them',
      'no-findings',
    ],
  },
  lowerCapabilities: {
    'The claimed capabilities, lowered by the findings and never raised.': [
      'core: test/capabilities.test.ts > findings lower the claimed capabilities, and never raise them',
      'no-findings',
    ],
  },
  ignoreAssumed: {
    'The finding without the downgrades of what the operator guarantees by the option `assume`.': [
      'core: test/capabilities.test.ts > a finding does not lower what is assumed, and remains a finding',
      'sqlite: test/settings.test.ts > a finding does not lower what the operator assumes',
    ],
  },
}
