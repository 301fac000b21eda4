import type { Case } from '../../suite/case.ts'
import { cases as accessOnly } from './access-only.ts'
import { cases as batches } from './batches.ts'
import { cases as blockedEventLoop } from './blocked-event-loop.ts'
import { cases as capabilities } from './capabilities.ts'
import { cases as clocks } from './clocks.ts'
import { cases as closing } from './closing.ts'
import { cases as concurrentCutoffUpdates } from './concurrent-cutoff-updates.ts'
import { cases as consistentAnswers } from './consistent-answers.ts'
import { cases as corrupt } from './corrupt.ts'
import { cases as corruptRoot } from './corrupt-root.ts'
import { cases as crossProcess } from './cross-process.ts'
import { cases as cutoffExtendedAtIssue } from './cutoff-extended-at-issue.ts'
import { cases as cutoffRetention } from './cutoff-retention.ts'
import { cases as cutoffs } from './cutoffs.ts'
import { cases as dataKeys } from './data-keys.ts'
import { cases as dataRaces } from './data-races.ts'
import { cases as dataSize } from './data-size.ts'
import { cases as deadRingMember } from './dead-ring-member.ts'
import { cases as doubleRevoke } from './double-revoke.ts'
import { cases as draining } from './draining.ts'
import { cases as durabilityChanged } from './durability-changed.ts'
import { cases as erase } from './erase.ts'
import { cases as evictAnywhere } from './evict-anywhere.ts'
import { cases as evictPressure } from './evict-pressure.ts'
import { cases as expiry } from './expiry.ts'
import { cases as external } from './external.ts'
import { cases as grace } from './grace.ts'
import { cases as hostileIds } from './hostile-ids.ts'
import { cases as hostileNotes } from './hostile-notes.ts'
import { cases as input } from './input.ts'
import { cases as insertAfterEviction } from './insert-after-eviction.ts'
import { cases as invalidClocks } from './invalid-clocks.ts'
import { cases as invalidReplies } from './invalid-replies.ts'
import { cases as isolation } from './isolation.ts'
import { cases as killedClients } from './killed-clients.ts'
import { cases as killedServers } from './killed-servers.ts'
import { cases as kms } from './kms.ts'
import { cases as leases } from './leases.ts'
import { cases as leastPrivilege } from './least-privilege.ts'
import { cases as lifetimes } from './lifetimes.ts'
import { cases as listing } from './listing.ts'
import { cases as lostReplies } from './lost-replies.ts'
import { cases as maxSessions } from './max-sessions.ts'
import { cases as messages } from './messages.ts'
import { cases as model } from './model.ts'
import { cases as networkFaults } from './network-faults.ts'
import { cases as networkLostReplies } from './network-lost-replies.ts'
import { cases as networkRecovery } from './network-recovery.ts'
import { cases as noSecretsInLogs } from './no-secrets-in-logs.ts'
import { cases as noSecretsInServerLog } from './no-secrets-in-server-log.ts'
import { cases as olderSnapshot } from './older-snapshot.ts'
import { cases as otherNamespaceRecord } from './other-namespace-record.ts'
import { cases as outages } from './outages.ts'
import { cases as pauses } from './pauses.ts'
import { cases as payloadSwap } from './payload-swap.ts'
import { cases as pruneChangesNoListing } from './prune-changes-no-listing.ts'
import { cases as pruneMetamorphic } from './prune-metamorphic.ts'
import { cases as pruneUnderLoad } from './prune-under-load.ts'
import { cases as pruneYields } from './prune-yields.ts'
import { cases as prunedCutoffs } from './pruned-cutoffs.ts'
import { cases as races } from './races.ts'
import { cases as reEncodedTokens } from './re-encoded-tokens.ts'
import { cases as refusedRotations } from './refused-rotations.ts'
import { cases as reseal } from './reseal.ts'
import { cases as resealKilled } from './reseal-killed.ts'
import { cases as restartLossy } from './restart-lossy.ts'
import { cases as reuseAfterFastRotations } from './reuse-after-fast-rotations.ts'
import { cases as revokeAndVerify } from './revoke-and-verify.ts'
import { cases as revokeExcept } from './revoke-except.ts'
import { cases as revokeNeedsAck } from './revoke-needs-ack.ts'
import { cases as revokeUpTo } from './revoke-up-to.ts'
import { cases as roots } from './roots.ts'
import { cases as rotationDuringRevoke } from './rotation-during-revoke.ts'
import { cases as saving } from './saving.ts'
import { cases as scriptFlush } from './script-flush.ts'
import { cases as sealedAtRest } from './sealed-at-rest.ts'
import { cases as sealingKeys } from './sealing-keys.ts'
import { cases as sessionPages } from './session-pages.ts'
import { cases as sharedRepository } from './shared-repository.ts'
import { cases as soak } from './soak.ts'
import { cases as starvation } from './starvation.ts'
import { cases as tokenFuzz } from './token-fuzz.ts'
import { cases as tokenIdentity } from './token-identity.ts'
import { cases as unreadableData } from './unreadable-data.ts'
import { cases as unreadableRecords } from './unreadable-records.ts'
import { cases as updateLostReplies } from './update-lost-replies.ts'

/** The cases about core, by the first row of each file; `inPlanOrder` sorts the single cases. */
export const engineCases: readonly Case[] = [
  ...revokeAndVerify,
  ...crossProcess,
  ...saving,
  ...races,
  ...rotationDuringRevoke,
  ...doubleRevoke,
  ...killedServers,
  ...killedClients,
  ...restartLossy,
  ...evictPressure,
  ...evictAnywhere,
  ...revokeNeedsAck,
  ...durabilityChanged,
  ...capabilities,
  ...networkFaults,
  ...networkRecovery,
  ...outages,
  ...invalidReplies,
  ...expiry,
  ...lifetimes,
  ...clocks,
  ...pruneUnderLoad,
  ...hostileIds,
  ...reEncodedTokens,
  ...payloadSwap,
  ...sealedAtRest,
  ...unreadableData,
  ...dataSize,
  ...sealingKeys,
  ...kms,
  ...dataKeys,
  ...unreadableRecords,
  ...scriptFlush,
  ...leastPrivilege,
  ...noSecretsInLogs,
  ...noSecretsInServerLog,
  ...soak,
  ...pruneMetamorphic,
  ...listing,
  ...sessionPages,
  ...cutoffs,
  ...external,
  ...closing,
  ...isolation,
  ...prunedCutoffs,
  ...revokeUpTo,
  ...olderSnapshot,
  ...insertAfterEviction,
  ...lostReplies,
  ...networkLostReplies,
  ...concurrentCutoffUpdates,
  ...starvation,
  ...pauses,
  ...batches,
  ...accessOnly,
  ...input,
  ...deadRingMember,
  ...grace,
  ...roots,
  ...cutoffExtendedAtIssue,
  ...hostileNotes,
  ...corrupt,
  ...corruptRoot,
  ...invalidClocks,
  ...otherNamespaceRecord,
  ...sharedRepository,
  ...pruneYields,
  ...blockedEventLoop,
  ...draining,
  ...reuseAfterFastRotations,
  ...refusedRotations,
  ...pruneChangesNoListing,
  ...tokenFuzz,
  ...dataRaces,
  ...updateLostReplies,
  ...reseal,
  ...resealKilled,
  ...erase,
  ...maxSessions,
  ...revokeExcept,
  ...leases,
  ...messages,
  ...cutoffRetention,
  ...tokenIdentity,
  ...consistentAnswers,
  ...model,
]
