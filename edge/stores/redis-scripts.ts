/**
 * The Redis store's scripts: each is one step that no other client sees half of.
 *
 * A room has five keys under `conclave:{ROOM}:`: `head`, a hash; `log`, a stream whose ids are
 * `SEQ-0`; `ids`, a hash from entry id to seq; `present`, a set; `seats`, a hash from device to the
 * process that has its socket. Its channel is `conclave:{ROOM}:news`. `conclave:present` names the
 * rooms with anybody present; `conclave:processes` those that have begun and were not given up,
 * `conclave:process:ID` is there while one lives, `conclave:process:ID:rooms` names the rooms in
 * which it has seats.
 */

/**
 * KEYS: head, log, ids, present, seats and news of each write, then `conclave:present`. ARGV: the
 * process, what the name of a process's pulse begins with, and of each write its room and its JSON.
 * Looks at all writes before it changes anything. Answers "stored" or "moved" for each write, or
 * "id" when one of them has an id that the log holds.
 */
export const COMMIT = `
local function number(text, default)
  return text and tonumber(text) or default
end
local function int(value)
  return string.format('%.0f', value)
end
local process, pulse = ARGV[1], ARGV[2]
local rooms, writes, verdicts = {}, {}, {}
local function sitsElsewhere(seats, devices)
  for _, device in ipairs(devices) do
    local owner = redis.call('HGET', seats, device)
    if owner and owner ~= process and redis.call('EXISTS', pulse .. owner) == 1 then return true end
  end
  return false
end
local function fits(room, write)
  if room.epoch and room.epoch ~= write.epoch then return false end
  for at, entry in ipairs(write.entries) do
    if entry.seq ~= room.next + at then return false end
  end
  return not sitsElsewhere(room.seats, write.gone)
end
for at = 1, #ARGV / 2 - 1 do
  local name, write = ARGV[2 * at + 1], cjson.decode(ARGV[2 * at + 2])
  local key = (at - 1) * 6
  local room = rooms[name]
  if not room then
    local stored = redis.call('HMGET', KEYS[key + 1],
      'epoch', 'head', 'floor', 'bytes', 'older', 'newer')
    room = {
      name = name, head = KEYS[key + 1], log = KEYS[key + 2], ids = KEYS[key + 3],
      here = KEYS[key + 4], seats = KEYS[key + 5], news = KEYS[key + 6],
      epoch = stored[1], next = number(stored[2], 0), known = {},
      last = number(stored[2], 0), floor = number(stored[3], 1), bytes = number(stored[4], 0),
      older = stored[5], newer = stored[6],
    }
    rooms[name] = room
  end
  if fits(room, write) then
    for _, entry in ipairs(write.entries) do
      local isKnown = room.known[entry.id] or redis.call('HEXISTS', room.ids, entry.id) == 1
      if isKnown then return {'id'} end
      room.known[entry.id] = true
    end
    room.next = room.next + #write.entries
    room.epoch = write.newEpoch or write.epoch
    write.room = room
    table.insert(writes, write)
    verdicts[at] = 'stored'
  else
    verdicts[at] = 'moved'
  end
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
  redis.call('PUBLISH', room.news, cjson.encode({by = process, kind = 'changed'}))
end
return verdicts
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

/** KEYS: the process's pulse, processes. ARGV: process, ms. Answers 0 when it was given up. */
export const BEAT = `
if redis.call('SISMEMBER', KEYS[2], ARGV[1]) == 0 then return 0 end
redis.call('SET', KEYS[1], '1', 'PX', ARGV[2])
return 1
`;

/** KEYS: seats, news, the process's rooms. ARGV: process, room, device. */
export const SIT = `
redis.call('HSET', KEYS[1], ARGV[3], ARGV[1])
redis.call('SADD', KEYS[3], ARGV[2])
redis.call('PUBLISH', KEYS[2], cjson.encode({by = ARGV[1], kind = 'changed'}))
return 1
`;

/** KEYS: seats, news, the process's rooms. ARGV: process, room, device. */
export const RISE = `
if redis.call('HGET', KEYS[1], ARGV[3]) ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], ARGV[3])
local isLast = true
for _, owner in ipairs(redis.call('HVALS', KEYS[1])) do
  if owner == ARGV[1] then isLast = false end
end
if isLast then redis.call('SREM', KEYS[3], ARGV[2]) end
redis.call('PUBLISH', KEYS[2], cjson.encode({by = ARGV[1], kind = 'changed'}))
return 1
`;

/**
 * KEYS: seats. ARGV: what the name of a process's pulse begins with. Answers device and process in
 * turn, of living processes.
 */
export const SEATS = `
local found, isLiving = {}, {}
local seats = redis.call('HGETALL', KEYS[1])
for at = 1, #seats, 2 do
  local owner = seats[at + 1]
  if isLiving[owner] == nil then
    isLiving[owner] = redis.call('EXISTS', ARGV[1] .. owner) == 1
  end
  if isLiving[owner] then
    table.insert(found, seats[at])
    table.insert(found, owner)
  end
end
return found
`;

/**
 * Ends a process: its seats are free, and its rooms' channels say so. KEYS: processes, the
 * process's pulse, its rooms. ARGV: process, `dead` or `closing`, what the keys of a room begin
 * with. Answers how many rooms, or nothing when somebody ended it before or a `dead` one lives.
 */
export const END_PROCESS = `
if ARGV[2] == 'dead' and redis.call('EXISTS', KEYS[2]) == 1 then return nil end
if redis.call('SREM', KEYS[1], ARGV[1]) == 0 then return nil end
local rooms = redis.call('SMEMBERS', KEYS[3])
redis.call('DEL', KEYS[2], KEYS[3])
for _, room in ipairs(rooms) do
  local key = ARGV[3] .. '{' .. room .. '}:'
  local seats = redis.call('HGETALL', key .. 'seats')
  for at = 1, #seats, 2 do
    if seats[at + 1] == ARGV[1] then redis.call('HDEL', key .. 'seats', seats[at]) end
  end
  redis.call('PUBLISH', key .. 'news', cjson.encode({by = ARGV[1], kind = 'changed'}))
end
return #rooms
`;
