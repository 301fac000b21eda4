import { hash } from 'node:crypto'

export interface Script {
  readonly text: string
  readonly sha: string
}

function script(text: string): Script {
  return { text, sha: hash('sha1', text) }
}

/**
 * One entry. `#!lua` has the server refuse it before it begins where it could not write: on a
 * replica, out of memory, with a disk that fails; so `false` too is the word of a primary.
 *
 * A record whose bytes are damaged has an etag that nobody expects. Entries in the index come
 * first: what cannot be indexed is not stored. An instant that is past would delete what it should
 * keep: Redis takes it for an order.
 */
export const WRITE: Script = script(`#!lua
local record, index, retention = KEYS[1], KEYS[2], KEYS[3]
local key, expected, etag, text, retain_until, expire_at, groups, channel = unpack(ARGV)
local standing = redis.call('GET', record)
local stands = standing and (string.match(standing, '^1 %a %a (%S+) ') or ' ') or ''
if stands == etag then return 1 end
if stands ~= expected then return 0 end
local time = redis.call('TIME')
if time[1] * 1000 + time[2] / 1000 >= tonumber(expire_at) then
  return redis.error_reply('PAST by the clock of the server')
end
redis.call('ZADD', retention, retain_until, key .. ' ' .. groups)
if not standing then
  redis.call('ZADD', index, 0, ' ' .. key)
  for group in string.gmatch(groups, '[^,]+') do
    redis.call('ZADD', index, 0, group .. ' ' .. key)
  end
end
redis.call('SET', record, text, 'PXAT', expire_at)
redis.pcall('PUBLISH', channel, key)
return 1
`)

/**
 * One record that was found to be past, if it still is. Where the record is gone by itself, its
 * entries go; where another stands under its key, only the entry that was found does.
 */
export const PRUNE: Script = script(`#!lua
local record, index, retention = KEYS[1], KEYS[2], KEYS[3]
local key, groups, now = ARGV[1], ARGV[2], tonumber(ARGV[3])
local entry = key .. ' ' .. groups
local kept = redis.call('ZSCORE', retention, entry)
if not kept or tonumber(kept) > now then return 0 end
redis.call('ZREM', retention, entry)
local standing = redis.call('GET', record)
local retain_until = standing and string.match(standing, '^1 %a %a %S+ %d+ (%d+) ')
if retain_until and tonumber(retain_until) > now then return 0 end
redis.call('DEL', record)
redis.call('ZREM', index, ' ' .. key)
for group in string.gmatch(groups, '[^,]+') do
  redis.call('ZREM', index, group .. ' ' .. key)
end
return 1
`)
