import type { Operation } from '../../src/linearizability/operation.ts'
import { INVARIANTS } from '../../src/linearizability/violations.ts'
import { lost, no, read, under, yes } from './operations.ts'

export interface BadHistory {
  readonly invariant: string
  readonly operations: readonly Operation[]
}

/** Histories that no correct store can produce, by their special feature. */
export const bad: Readonly<Record<string, BadHistory>> = {
  'two inserts won': {
    invariant: INVARIANTS.twoTrue,
    operations: [yes(0, 5, null, 'a'), yes(1, 6, null, 'b')],
  },
  'two inserts won, one after the other': {
    invariant: INVARIANTS.twoTrue,
    operations: [yes(0, 1, null, 'a'), yes(2, 3, null, 'b'), read(4, 5, 'b')],
  },
  'two replacements won, far from each other': {
    invariant: INVARIANTS.twoTrue,
    operations: [
      yes(0, 1, null, 'a'),
      yes(2, 3, 'a', 'b'),
      yes(4, 5, 'b', 'c'),
      read(6, 7, 'c'),
      yes(8, 9, 'a', 'd'),
    ],
  },
  'a lost write and another were both stored': {
    invariant: INVARIANTS.twoStored,
    operations: [lost(0, null, 'a'), read(1, 2, 'a'), yes(1, 5, null, 'b')],
  },
  'two lost writes on one etag were both seen': {
    invariant: INVARIANTS.twoStored,
    operations: [lost(0, null, 'a'), lost(0, null, 'b'), read(1, 2, 'a'), read(3, 4, 'b')],
  },
  'a lost write was used, and its rival too': {
    invariant: INVARIANTS.twoStored,
    operations: [lost(0, null, 'a'), yes(1, 2, 'a', 'c'), lost(0, null, 'b'), read(0, 9, 'b')],
  },
  'a read of nothing after an acknowledged insert': {
    invariant: INVARIANTS.lost,
    operations: [yes(0, 1, null, 'a'), read(2, 3, null)],
  },
  'a stale read': {
    invariant: INVARIANTS.olderThanAcknowledged,
    operations: [yes(0, 1, null, 'a'), yes(2, 3, 'a', 'b'), read(4, 5, 'a')],
  },
  'a stale read of an etag that is many changes old': {
    invariant: INVARIANTS.olderThanAcknowledged,
    operations: [
      yes(0, 1, null, 'a'),
      yes(2, 3, 'a', 'b'),
      lost(4, 'b', 'c'),
      yes(5, 6, 'c', 'd'),
      yes(7, 8, 'd', 'e'),
      read(9, 10, 'b'),
    ],
  },
  'a read goes back behind another read': {
    invariant: INVARIANTS.olderThanSeen,
    operations: [yes(0, 1, null, 'a'), yes(2, 99, 'a', 'b'), read(3, 4, 'b'), read(5, 6, 'a')],
  },
  'a read goes back to nothing beside the insert': {
    invariant: INVARIANTS.lost,
    operations: [yes(0, 99, null, 'a'), read(1, 2, 'a'), read(3, 4, null)],
  },
  'a lost write was seen, and then not': {
    invariant: INVARIANTS.lost,
    operations: [lost(0, null, 'a'), read(1, 2, 'a'), read(3, 4, null)],
  },
  'a read of an etag that was never written': {
    invariant: INVARIANTS.unwritten,
    operations: [yes(0, 1, null, 'a'), read(2, 3, 'z')],
  },
  'a read before the write had begun': {
    invariant: INVARIANTS.early,
    operations: [read(0, 1, 'a'), yes(2, 3, null, 'a')],
  },
  'a read before the lost write had begun': {
    invariant: INVARIANTS.early,
    operations: [read(0, 1, 'a'), lost(2, null, 'a')],
  },
  'a write based on one that had not begun': {
    invariant: INVARIANTS.early,
    operations: [yes(0, 1, 'a', 'b'), yes(2, 3, null, 'a')],
  },
  'false, and yet it was stored': {
    invariant: INVARIANTS.falseStored,
    operations: [no(0, 1, null, 'a'), read(2, 3, 'a')],
  },
  'false, and yet another write is based on it': {
    invariant: INVARIANTS.falseStored,
    operations: [no(0, 1, null, 'a'), yes(2, 3, 'a', 'b')],
  },
  'false to a stored write, and true to its repetition': {
    invariant: INVARIANTS.falseMatching,
    operations: [no(0, 1, null, 'a'), yes(2, 3, null, 'a')],
  },
  'false beside the change that came after it': {
    invariant: INVARIANTS.falseMatching,
    operations: [
      yes(0, 1, null, 'a'),
      yes(2, 9, 'a', 'b'),
      no(2, 3, 'a', 'c'),
      read(4, 5, 'a'),
      read(8, 9, 'b'),
    ],
  },
  'a lost write explains one refusal, and has not happened after it': {
    invariant: INVARIANTS.falseMatching,
    operations: [
      yes(0, 1, null, 'a'),
      lost(2, 'a', 'b'),
      lost(2, 'a', 'c'),
      no(3, 4, 'a', 'd'),
      read(5, 9, 'a'),
    ],
  },
  'false, though the expected etag was stored': {
    invariant: INVARIANTS.falseMatching,
    operations: [yes(0, 1, null, 'a'), no(2, 3, 'a', 'b'), read(4, 5, 'a')],
  },
  'false to the only writer': {
    invariant: INVARIANTS.falseMatching,
    operations: [no(0, 1, null, 'a')],
  },
  'false to a repetition whose etag was stored': {
    invariant: INVARIANTS.falseRepeated,
    operations: [yes(0, 1, null, 'a'), no(2, 3, null, 'a'), read(4, 5, 'a')],
  },
  'false to a repetition, and it had not been replaced': {
    invariant: INVARIANTS.falseRepeated,
    operations: [yes(0, 1, null, 'a'), no(2, 3, null, 'a')],
  },
  'false to the repetition of a lost write that cannot have been replaced': {
    invariant: INVARIANTS.falseEither,
    operations: [yes(0, 1, null, 'a'), lost(2, 'a', 'b'), no(3, 4, 'a', 'b')],
  },
  'false to the repetition of a lost write that happened': {
    invariant: INVARIANTS.falseEither,
    operations: [lost(0, null, 'a'), no(1, 2, null, 'a'), yes(3, 4, 'a', 'b')],
  },
  'true to a repetition after it was replaced': {
    invariant: INVARIANTS.lateTrue,
    operations: [yes(0, 1, null, 'a'), yes(2, 3, 'a', 'b'), yes(4, 5, null, 'a')],
  },
  'true on an etag that was never stored': {
    invariant: INVARIANTS.expectedUnwritten,
    operations: [yes(0, 1, null, 'a'), yes(2, 3, 'z', 'b')],
  },
  'an update that was acknowledged and lost': {
    invariant: INVARIANTS.olderThanAcknowledged,
    operations: [yes(0, 1, null, 'a'), yes(2, 3, 'a', 'b'), read(4, 5, 'a'), read(6, 7, 'a')],
  },
  'one bad key among good ones': {
    invariant: INVARIANTS.lost,
    operations: [
      ...under('one', [yes(0, 1, null, 'a'), read(2, 3, 'a')]),
      ...under('two', [yes(0, 1, null, 'a'), read(2, 3, null)]),
      ...under('three', [yes(0, 1, null, 'a')]),
    ],
  },
  'one refusal needs the insert to be early, another late': {
    invariant: INVARIANTS.noOrder,
    operations: [
      yes(0, 10, null, 'a'),
      no(1, 2, null, 'b'), // So it was stored by 2,
      no(3, 5, 'a', 'c'), // and after 3, for it was not replaced:
      read(6, 7, 'a'),
    ],
  },
  'one refusal needs the lost write to be early, another late': {
    invariant: INVARIANTS.noOrder,
    operations: [
      lost(0, null, 'a'),
      no(1, 2, null, 'b'),
      no(3, 5, 'a', 'c'),
      yes(6, 8, 'a', 'd'),
      read(7, 9, 'd'),
    ],
  },
  'an etag comes back once too often': {
    invariant: INVARIANTS.noOrder,
    operations: [
      yes(0, 1, null, 'a'),
      yes(2, 3, 'a', 'b'),
      lost(4, 'b', 'a'),
      read(5, 6, 'a'),
      read(7, 8, 'b'),
    ],
  },
  'a write happens once, not twice, while it is under way': {
    invariant: INVARIANTS.noOrder,
    operations: [
      yes(0, 1, null, 'a'),
      yes(1, 20, 'b', 'a'),
      yes(2, 3, 'a', 'b'),
      read(4, 5, 'a'),
      yes(6, 7, 'a', 'b'),
      read(8, 9, 'a'),
    ],
  },
  'a lost write happens once, not twice': {
    invariant: INVARIANTS.noOrder,
    operations: [
      yes(0, 1, null, 'a'),
      lost(2, 'a', 'b'),
      read(3, 4, 'b'),
      yes(5, 6, 'b', 'a'),
      read(7, 8, 'b'),
    ],
  },
}
