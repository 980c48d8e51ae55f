/**
 * The Redis store's scripts: each is one step that no other client sees half of.
 *
 * A room has four keys under `conclave:{ROOM}:`: `head`, a hash; `log`, a stream whose ids are
 * `SEQ-0`; `ids`, a hash from entry id to seq; `present`, a set. `conclave:present` names the rooms
 * with anybody present.
 */

/**
 * KEYS: head, log, ids and present of each write, then `conclave:present`. ARGV: of each write its
 * room and its JSON. Checks all writes before it changes anything. Answers "stored", or what
 * stands against it and the place of the write.
 */
export const COMMIT = `
local function number(text, default)
  return text and tonumber(text) or default
end
local function int(value)
  return string.format('%.0f', value)
end
local rooms, writes = {}, {}
for at = 1, #ARGV / 2 do
  local name, write = ARGV[2 * at - 1], cjson.decode(ARGV[2 * at])
  local key = (at - 1) * 4
  local room = rooms[name]
  if not room then
    local stored = redis.call('HMGET', KEYS[key + 1],
      'epoch', 'head', 'floor', 'bytes', 'older', 'newer')
    room = {
      name = name, head = KEYS[key + 1], log = KEYS[key + 2], ids = KEYS[key + 3],
      here = KEYS[key + 4], epoch = stored[1], next = number(stored[2], 0), known = {},
      last = number(stored[2], 0), floor = number(stored[3], 1), bytes = number(stored[4], 0),
      older = stored[5], newer = stored[6],
    }
    rooms[name] = room
  end
  if room.epoch and room.epoch ~= write.epoch then return {'epoch', at} end
  for _, entry in ipairs(write.entries) do
    room.next = room.next + 1
    if entry.seq ~= room.next then return {'seq', at} end
    local isKnown = room.known[entry.id] or redis.call('HEXISTS', room.ids, entry.id) == 1
    if isKnown then return {'id', at} end
    room.known[entry.id] = true
  end
  room.epoch = write.newEpoch or write.epoch
  write.room = room
  writes[at] = write
end
for _, write in ipairs(writes) do
  local room = write.room
  for _, entry in ipairs(write.entries) do
    redis.call('XADD', room.log, int(entry.seq) .. '-0',
      't', int(entry.ts), 'f', entry.from, 'i', entry.id, 'b', entry.body)
    redis.call('HSET', room.ids, entry.id, int(entry.seq))
    room.last = entry.seq
    room.bytes = room.bytes + #entry.body
    if entry.covers then
      room.older, room.newer = room.newer, int(entry.covers)
    end
  end
  if write.trimBelow and write.trimBelow > room.floor then
    local below = math.min(write.trimBelow, room.last + 1)
    for _, found in ipairs(redis.call('XRANGE', room.log, '-', '(' .. int(below) .. '-0')) do
      local fields = found[2]
      redis.call('HDEL', room.ids, fields[6])
      room.bytes = room.bytes - #fields[8]
    end
    redis.call('XTRIM', room.log, 'MINID', int(below) .. '-0')
    room.floor = below
  end
  for _, device in ipairs(write.arrived) do redis.call('SADD', room.here, device) end
  for _, device in ipairs(write.gone) do redis.call('SREM', room.here, device) end
  redis.call('HSET', room.head, 'epoch', room.epoch, 'head', int(room.last),
    'floor', int(room.floor), 'bytes', int(room.bytes))
  if room.older then redis.call('HSET', room.head, 'older', room.older) end
  if room.newer then redis.call('HSET', room.head, 'newer', room.newer) end
  if redis.call('SCARD', room.here) > 0 then
    redis.call('SADD', KEYS[#KEYS], room.name)
  else
    redis.call('SREM', KEYS[#KEYS], room.name)
  end
end
return {'stored'}
`;

/** KEYS: head, present. Answers the head's fields, or nothing, and who is present. */
export const OPEN = `
local head = redis.call('HMGET', KEYS[1], 'epoch', 'head', 'floor', 'bytes', 'older', 'newer')
if not head[1] then return {} end
local checkpoints = {}
if head[5] then table.insert(checkpoints, head[5]) end
if head[6] then table.insert(checkpoints, head[6]) end
local present = redis.call('SMEMBERS', KEYS[2])
table.sort(present)
return {head[1], head[2], head[3], head[4], checkpoints, present}
`;

/** KEYS: log. ARGV: after, entries at most, bytes at most. The first comes whatever its size. */
export const READ = `
local left, bytes = tonumber(ARGV[2]), tonumber(ARGV[3])
local found = {}
local from = '(' .. ARGV[1] .. '-0'
while left > 0 do
  local page = redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', math.min(left, 32))
  for _, entry in ipairs(page) do
    bytes = bytes - #entry[2][8]
    if bytes < 0 and #found > 0 then return found end
    table.insert(found, entry)
    from = '(' .. entry[1]
  end
  if #page < math.min(left, 32) then return found end
  left = left - #page
end
return found
`;

/** KEYS: ids, log. ARGV: ids. Answers the entries that have one of them, in their order. */
export const FIND_IDS = `
local seqs = {}
for _, id in ipairs(ARGV) do
  local seq = redis.call('HGET', KEYS[1], id)
  if seq then table.insert(seqs, tonumber(seq)) end
end
table.sort(seqs)
local found = {}
local before = -1
for _, seq in ipairs(seqs) do
  local id = string.format('%.0f', seq) .. '-0'
  if seq ~= before then table.insert(found, redis.call('XRANGE', KEYS[2], id, id)[1]) end
  before = seq
end
return found
`;
