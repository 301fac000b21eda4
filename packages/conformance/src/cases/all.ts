import type { Entry } from '../suite/case.ts'
import {
  conditionalReplace,
  entriesIndependent,
  insertIfAbsent,
  registerRace,
  repeatedWrite,
} from './adapter/compare-and-set.ts'
import {
  abortedSignal,
  claimedMembers,
  closedRepository,
  oppositeBatches,
  watchHints,
} from './adapter/lifecycle.ts'
import { listPages, listStaysInside, listWhileWriting } from './adapter/lists.ts'
import { readsDeleteNothingNewer, retainedToTheEnd } from './adapter/own-expiry.ts'
import {
  answersInOrder,
  fieldsKept,
  largestBody,
  longRetention,
  pastRetention,
  retainedNotExpired,
} from './adapter/records-kept.ts'
import { pruneKeepsRetained, pruneSparesRaised, pruneStaysInside } from './adapter/retention.ts'
import { keysWhole, readsStartAnew, recordsApart } from './adapter/separation.ts'
import { accessOnly } from './engine/access-only.ts'
import { batchShape } from './engine/batches.ts'
import { capabilitiesHonest, findingTold, unsafeConfig } from './engine/capabilities.ts'
import { clockJump, newLogin, serverClockJump } from './engine/clocks.ts'
import { callerOwned, closed } from './engine/closing.ts'
import { crossProcess } from './engine/cross-process.ts'
import { cutoffScopes } from './engine/cutoffs.ts'
import { doubleRevoke } from './engine/double-revoke.ts'
import { reEncodedToken } from './engine/encodings.ts'
import { expiryEdge } from './engine/expiry.ts'
import { foreignCutoff } from './engine/foreign.ts'
import { graceChain } from './engine/grace.ts'
import { hostileIds } from './engine/hostile-ids.ts'
import { undefinedTarget } from './engine/input.ts'
import { isolation } from './engine/isolation.ts'
import { kill9Client } from './engine/killed-clients.ts'
import { longTtl, ttlLag } from './engine/lifetimes.ts'
import { listedVerdicts, listing } from './engine/listing.ts'
import { winBack } from './engine/lost-answers.ts'
import { model } from './engine/model.ts'
import { nonsenseAnswers } from './engine/nonsense.ts'
import { failOpenExplicit, unknownWrites } from './engine/outages.ts'
import { pausedVerify, stalledConsume } from './engine/pauses.ts'
import { poisonedBytes, poisonedRecord } from './engine/poisoned.ts'
import { pruneMetamorphic } from './engine/prune-metamorphic.ts'
import { pruneUnderLoad } from './engine/prune-under-load.ts'
import {
  absentField,
  epochReuse,
  lapsedClaims,
  revokeBesidePrune,
} from './engine/pruned-cutoffs.ts'
import { consumeRace, rotateRace, rotationChain } from './engine/races.ts'
import { cover, lateDuplicate } from './engine/racing-raises.ts'
import { olderSnapshot, wipedStore, wrongWorld } from './engine/regress.ts'
import { joinAfterSend, orderOfReads, revokeThenVerify } from './engine/revoke-and-verify.ts'
import { laundering, overlappingIssue, revokeVsRotate } from './engine/revoke-beside-rotate.ts'
import { oldLoginNewToken, revokeUpTo } from './engine/revoke-up-to.ts'
import { rootRemade } from './engine/roots.ts'
import { lateSave, revokeBeforeSave } from './engine/saving.ts'
import { logCanary } from './engine/secrets.ts'
import { soak } from './engine/soak.ts'
import { revokeStarvation } from './engine/starvation.ts'
import { noUncaught } from './engine/stray-errors.ts'
import * as forgetful from './forgetful.ts'
import * as histories from './histories.ts'
import * as network from './network.ts'
import { planned, TRIED } from './planned.ts'
import * as servers from './servers.ts'

/** Every case, in the order of the plan; first the additions about the register itself. */
export const cases: readonly Entry[] = [
  insertIfAbsent,
  conditionalReplace,
  repeatedWrite,
  entriesIndependent,
  registerRace,
  readsStartAnew,
  answersInOrder,
  keysWhole,
  recordsApart,
  fieldsKept,
  largestBody,
  longRetention,
  retainedNotExpired,
  pastRetention,
  retainedToTheEnd,
  readsDeleteNothingNewer,
  pruneKeepsRetained,
  pruneSparesRaised,
  pruneStaysInside,
  listPages,
  listWhileWriting,
  listStaysInside,
  watchHints,
  claimedMembers,
  abortedSignal,
  closedRepository,
  oppositeBatches,
  network.cutReplies, // 20
  network.lateReplies, // 21

  revokeThenVerify, // 1
  crossProcess, // 2
  histories.linearizableRegister, // 3
  histories.linearizableProcesses,
  histories.linearizableRestart,
  lateSave, // 4
  revokeBeforeSave, // 5
  rotateRace, // 6
  consumeRace,
  rotationChain,
  revokeVsRotate, // 7
  overlappingIssue,
  doubleRevoke, // 8
  network.kill9Server, // 9
  servers.powerLoss, // 10
  kill9Client, // 11
  forgetful.restartLossy, // 12
  servers.failover, // 13
  servers.deposedPrimary, // 14
  forgetful.evictPressure, // 15
  ...forgetful.additions,
  unsafeConfig, // 16
  findingTold,
  network.refusedPort, // 17
  network.blackHole, // 18
  network.halfReply, // 19
  network.resetAfterSend, // 20
  network.lateReply, // 21
  network.poolExhausted, // 22
  network.recover, // 23
  failOpenExplicit, // 25
  unknownWrites,
  nonsenseAnswers,
  expiryEdge, // 26
  longTtl, // 27
  clockJump, // 28
  serverClockJump, // 28
  ttlLag, // 29
  pruneUnderLoad, // 30
  hostileIds, // 31
  reEncodedToken, // 32
  planned(33, 'payload-swap', 'core seals no payloads yet'),
  poisonedRecord, // 34
  poisonedBytes,
  servers.scriptFlush, // 35
  network.leastPrivilege, // 36
  logCanary, // 37
  soak, // 38
  planned(39, 'known-bad', TRIED, 'adapter'),
  newLogin, // 40
  pruneMetamorphic, // 41
  capabilitiesHonest, // 42
  listing, // 43
  listedVerdicts,
  cutoffScopes, // 44
  foreignCutoff,
  closed, // 45
  isolation, // 46
  epochReuse, // 47
  laundering, // 48
  revokeUpTo, // 49
  olderSnapshot, // 50
  wipedStore, // 50
  wrongWorld, // 50
  forgetful.lateInsert, // 51
  winBack, // 52
  network.winBackOnWire, // 52
  lateDuplicate, // 53
  revokeStarvation, // 54
  pausedVerify, // 55
  batchShape, // 56
  joinAfterSend, // 57
  network.joinOnWire, // 57
  accessOnly, // 58
  undefinedTarget, // 59
  orderOfReads, // 60
  servers.ringDeath, // 61
  callerOwned, // 62
  graceChain, // 63
  absentField, // 64
  lapsedClaims,
  revokeBesidePrune,
  stalledConsume, // 65
  cover, // 66
  rootRemade, // 67
  oldLoginNewToken, // 68
  forgetful.cutoffOutlived, // 69
  model,
  // 24 stands last: it looks back on the whole run.
  noUncaught,
]
