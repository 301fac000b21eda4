import type { HeldInFile } from '../held-by.ts'

export const contract: HeldInFile = {
  StoredRecord: {
    'What a repository stores under one key.': 'description',
    'Databases map the fields to typed columns, which an operator can read; key-value stores use {@link encodeRecord}.':
      'description',
  },
  'StoredRecord.key': {
    '24 base64url characters, made by core and never by a user.': [
      'names-concatenated',
      'core: test/codec.test.ts > core sends no record that the codec cannot encode',
    ],
  },
  'StoredRecord.kind': {
    '`corrupt`: what is stored cannot be decoded, see {@link corruptRecord}; never written.': [
      'corrupt-spoils-read',
      'core: test/codec.test.ts > core sends no record that the codec cannot encode',
    ],
  },
  'StoredRecord.etag': {
    'Random, from core, new with every change of the record: 1 to 64 printable ASCII characters.': [
      'last-write-wins',
      'core: test/codec.test.ts > core sends no record that the codec cannot encode',
    ],
  },
  'StoredRecord.createdAt': {
    'When the first version of the record was made, in ms since 1970.': [
      'core: test/created-at.test.ts > createdAt is when the record was made, and no later call changes it',
    ],
    'Never changes: lists are sorted by it.': [
      'list-by-key',
      'core: test/created-at.test.ts > createdAt is when the record was made, and no later call changes it',
    ],
  },
  'StoredRecord.expiresAt': {
    'ms since 1970.': 'description',
    'For readers of the table; core decides expiry by the signed claims.': [
      'expired-hidden',
      'expiry-left-to-the-store',
    ],
  },
  'StoredRecord.retainUntil': {
    'ms since 1970.': 'description',
    "The record stays at least until then: only `prune` or the store's own expiry may delete it, and only after.":
      ['ttl-relative-30d', 'expiry-rounded-down', 'ttl-not-renewed', 'prune-by-expiry'],
  },
  'StoredRecord.groups': {
    'The lists that contain the record: at most five, each of 25 base64url characters.': [
      'groups-dropped',
      'core: test/keys.test.ts > the groups of a record lead to all cutoffs of its token',
    ],
    'They never change.': [
      'core: test/update-data.test.ts > updateData changes the data and nothing else of the record',
      'core: test/reseal.test.ts > reseal moves everything to the current key, and changes nothing else',
    ],
  },
  'StoredRecord.body': {
    'Opaque printable ASCII, at most `capabilities.maxBodyBytes` bytes.': [
      'body-truncated',
      'body-rejected',
      'core: test/codec.test.ts > bodies are printable ASCII, whatever their text is',
      'body-parsed',
    ],
  },
  corruptRecord: {
    'What an adapter returns for a stored record that it cannot decode.': [
      'corrupt-as-null',
      'corrupt-read-as-missing',
      'damage-hidden',
    ],
    'Core refuses the token that the record belongs to, and a revocation replaces the record.': [
      'corrupt-is-absent',
      'corrupt-ignored',
      'corrupt-token-stays',
    ],
    '@param etag what `write` compares with `expected` to replace it: the stored etag or, where that cannot be read either, a fingerprint of what is stored; at most 64 printable ASCII characters without blanks':
      ['corrupt-cannot-be-replaced'],
    '@param createdAt in a list, what the store sorted the record by: the next page begins after it':
      [
        'redis: test/corrupt.test.ts > is listed as corrupt at its place, and pruned like any record',
        'mongodb: test/corrupt.test.ts > list() and prune() continue after a corrupt record',
      ],
  },
  ListPosition: {
    "A record's place in a list.": 'description',
  },
  Write: {
    'One conditional write.': 'description',
    '`expected` is the etag that must be stored; `null`: no record may be stored.': [
      'blind-overwrite',
      'replace-upserts',
    ],
  },
  TokenRepository: {
    'What an adapter implements: a linearizable compare-and-set map with retention.': [
      'compare-then-set',
      'replica-read-at-times',
      'locked-per-process',
      'stale-reads-during-outage',
    ],
    'It knows no tokens, no states and no policies; core validates, hashes, batches, enforces deadlines and wraps errors.':
      [
        'replies-not-validated',
        'names-concatenated',
        'first-entry-only',
        'never-times-out',
        'refused-as-null',
      ],
    'Every method may reject with any error; core wraps it.': [
      'outage-as-null',
      'throws-synchronously',
      'core: test/conditional-write.test.ts > at the deadline a write is indeterminate and a read unavailable',
    ],
    'It rejects with {@link NotPrepared} where the schema is missing, older or newer, and with {@link Closed} before `open()` and after `close()`.':
      [
        'opens-by-itself',
        'closed-without-code',
        'reopens-after-close',
        'sqlite: test/schema.test.ts > %s on a file without the tables',
        'postgres: test/schema.test.ts > migrate on a newer version, which it leaves unchanged',
      ],
  },
  'TokenRepository.name': {
    'The name of the adapter, as in its package name: `memory`, `postgres`.': 'description',
  },
  'TokenRepository.namespace': {
    'Core hashes it into every key; `list` and `prune` stay inside it.': [
      'namespace-ignored',
      'namespace-not-hashed',
      'list-crosses-namespaces',
      'prune-crosses-namespaces',
      'namespace-cut',
    ],
  },
  'TokenRepository.open': {
    'Connects and reads the live settings; changes nothing.': [
      'no-findings',
      'redis: test/settings.test.ts > reads the settings again each time',
      'opening-deletes-expired',
    ],
    'May be called again after `close()`.': ['opens-once'],
  },
  'TokenRepository.read': {
    'One round trip to the primary.': [
      'replica-read',
      'stale-read',
      'redis: test/send-together.test.ts > a single server gets all commands in one write',
      'mongodb: test/connections.test.ts > every command goes to the primary, whatever the read preference of the client',
    ],
    'The results are in the order of the keys; `null` only where no record is certain, and any doubt rejects.':
      ['shuffled-order', 'absent-left-out', 'outage-as-null', 'corrupt-as-null'],
    'A record that cannot be decoded is {@link corruptRecord}: it must not fail the read of the other keys.':
      ['corrupt-spoils-read'],
    'Never hides a record that an insert would collide with.': [
      'expired-hidden',
      'swept-but-collides',
      'prune-softly',
    ],
    '@param signal fires at the deadline: give up, reject, and leave nothing behind': [
      'ignores-abort',
      'listeners-left',
      'leaks-connections',
      'reads-one-behind',
    ],
  },
  'TokenRepository.write': {
    'Each entry is atomic on its own key; there is no transaction between them, so they may be sent as several requests side by side.':
      ['all-or-nothing-batch'],
    'Keys are distinct and sorted.': ['same-key-twice'],
    '`true`: at one instant during the call the stored etag was `expected` and the record was stored, or the stored etag already was `record.etag`.':
      [
        'affected-rows-ignored',
        'resend-returns-false',
        'blind-overwrite',
        'compare-then-set',
        'etag-beginning-compared',
        'equal-content-is-repeated',
      ],
    '`false`: at one instant it was neither, and this call changed nothing.': [
      'false-but-stored',
      'case-insensitive-etags',
    ],
    'Where the result is unsure, it rejects.': ['cut-write-as-false', 'resends-and-compares'],
    'When it resolves, the records are as durable as claimed.': [
      'early-ack',
      'acknowledges-then-sends',
      'write-behind',
      'power-loss',
      'sqlite: test/durability.test.ts > an acknowledgement without a sync, or after a failed one, does not count',
      'replacement-acknowledged-early',
    ],
    'It rejects a record whose `retainUntil` is past: `assertRetained`.': [
      'past-dropped-as-kept',
      'ttl-zero-forever',
      'pipeline-errors-dropped',
      'core: test/adapter/help.test.ts > assertRetained() refuses a record whose retention is over',
    ],
  },
  'TokenRepository.list': {
    'Records of one group (`null`: of the namespace), the newest first: by `createdAt` descending, then by `key` descending (by bytes).':
      ['list-unsorted', 'list-by-key', 'limit-before-group', 'list-crosses-namespaces'],
    'Only those after `after` in this order.': [
      'list-from-inclusive',
      'list-skips-ties',
      'offset-paging',
    ],
    'A page takes the same time wherever it begins.': [
      'redis: test/list.test.ts > a page costs the same wherever it begins',
      'postgres: test/queries.test.ts > begins at its position in an index, and sorts nothing but itself',
      'mongodb: test/queries.test.ts > every query uses its index, and a page reads only itself, in order',
      'sqlite: test/queries.test.ts > every statement searches by an index',
    ],
    'One with fewer records than `limit` is the last.': ['limit-before-group'],
    'Iff `listing`.': ['claimed-members', 'list-missing'],
  },
  'TokenRepository.prune': {
    'Deletes at most `limit` records with `retainUntil <= now`, which the deleting statement itself tests, and returns how many; `dryRun` only counts them.':
      [
        'prune-by-expiry',
        'prune-without-limit',
        'prune-dry-run-deletes',
        'prune-only-counts',
        'prune-select-then-delete',
      ],
    'Iff `pruning`.': ['claimed-members', 'list-missing'],
  },
  'TokenRepository.watch': {
    'Calls `changed` with keys that may have changed, on a best-effort basis.': [
      'watch-silent',
      'watch-never-stops',
      'replacements-not-reported',
    ],
    'Iff `notifications`.': ['watch-missing'],
  },
  'TokenRepository.migrate': {
    'Makes the schema, or only returns the statements and grants for it.': [
      'sqlite: test/schema.test.ts > lists the statements, runs them, and then has none left',
      'postgres: test/schema.test.ts > lists the statements, runs them, and then has none left',
      'mongodb: test/schema.test.ts > with dryRun returns the commands; without it, runs them once',
      'redis: test/settings.test.ts > with dryRun returns the commands and the grants; without it, stores the note once',
    ],
    'Iff there is a schema.': 'description',
  },
  'TokenRepository.close': {
    'Closes what the adapter opened, never a caller-owned client.': [
      'closes-caller-owned-client',
      'postgres: test/connections.test.ts > a URL opens as many connections as are needed, and close() ends them',
      'redis: test/connections.test.ts > a URL opens one connection, and close() ends it',
      'sqlite: test/lifecycle.test.ts > close() closes the file',
      'mongodb: test/lifecycle.test.ts > close() during two open() calls leaves no connection open',
    ],
    'Idempotent.': ['closes-once'],
  },
}
