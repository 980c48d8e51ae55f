import { signal } from "@preact/signals";
import { expect, test } from "vitest";
import { type Attention, ATTENTION_STORED, readAttention } from "./attention.ts";
import { callingOf, decideCalls, type Heard, type RoomNow, type Told } from "./decide-calls.ts";
import { followRooms, keepAttention, MUTED_MAX, withLevel, withMute } from "./keep-attention.ts";

const ON: Attention = { isOn: true, showsWords: false, levels: {}, muted: [] };
const nobodyLooks = (): boolean => false;

function heard(seq: number, author = "dv_mika", isToMe = false): Heard {
  return { seq, author, name: author.slice(3), text: `line ${seq}`, isToMe };
}

function room(part: Partial<RoomNow> = {}): RoomNow {
  const unread = part.unread ?? [];
  const head = unread.at(-1)?.seq ?? 10;
  return { roomId: "rm_1", name: "Garden", isCurrent: true, head, unread, ...part };
}

/** Goes through states of one room; what each called for. */
function follow(rooms: readonly RoomNow[], attention = ON, looksAt = nobodyLooks) {
  let told: Told = new Map();
  return rooms.map((each) => {
    const decided = decideCalls(told, [each], attention, looksAt);
    told = decided.told;
    return decided.calls.map((call) =>
      call.kind === "show" ? { names: call.names, isLoud: call.isLoud, to: call.isToMe } : call.kind
    );
  });
}

test("[SY251] what was unread before calls nobody; what comes does, once loud, until it is read", () => {
  const said = [heard(11), heard(12, "pe_ada"), heard(13)];
  expect(follow([
    room({ unread: said.slice(0, 1) }),
    room({ unread: said.slice(0, 2) }),
    room({ unread: said }),
    room({ unread: said }),
    room({ head: 13 }),
    room({ head: 13 }),
    room({ unread: [heard(14)] }),
  ])).toEqual([
    [],
    [{ names: ["mika", "ada"], isLoud: false, to: false }],
    [{ names: ["mika", "ada"], isLoud: false, to: false }],
    [],
    ["close"],
    [],
    [{ names: ["mika"], isLoud: true, to: false }],
  ]);
});

test("[SY251] while a room is fetched nothing calls, and after it was there once a gap does", () => {
  expect(follow([
    room({ isCurrent: false, unread: [heard(11)] }),
    room({ isCurrent: false, unread: [heard(11), heard(12)] }),
    room({ unread: [heard(11), heard(12)] }),
    room({ isCurrent: false, unread: [heard(11), heard(12), heard(13)] }),
  ])).toEqual([[], [], [], [{ names: ["mika"], isLoud: false, to: false }]]);
});

test("[SY251] what a page of before left is closed with a read room, and with one that is gone", () => {
  expect(follow([room(), room()])).toEqual([["close"], []]);
  const told: Told = new Map([["rm_gone", { seq: 3, hasUnread: true }]]);
  expect(decideCalls(told, [], ON, nobodyLooks)).toEqual({
    told: new Map(),
    calls: [{ kind: "close", roomId: "rm_gone" }],
  });
});

test("[SY250, SY251] nothing is shown while it is off, nor of a room that is looked at", () => {
  const rooms = [room(), room({ unread: [heard(11)] })];
  expect(follow(rooms)[1]).toEqual([{ names: ["mika"], isLoud: true, to: false }]);
  expect(follow(rooms, { ...ON, isOn: false })[1]).toEqual([]);
  expect(follow(rooms, ON, () => true)[1]).toEqual([]);
});

test.each<[level: "all" | "mentions" | "none", calls: readonly number[]]>([
  ["all", [11, 12, 13]],
  ["mentions", [13]],
  ["none", []],
])("[SY253] a room that may call for %s", (level, calls) => {
  const attention = withLevel(ON, "rm_1", level);
  const unread = [heard(11), heard(12, "pe_ada"), heard(13, "dv_mika", true)];
  expect(callingOf(attention, room({ unread })).map(({ seq }) => seq)).toEqual(calls);
  expect(callingOf(attention, room({ roomId: "rm_2", unread }))).toHaveLength(3);
});

test("[SY254] who is muted calls nobody, by name neither, and only in that room", () => {
  const attention = withMute(ON, "rm_1", "dv_mika", true);
  const unread = [heard(11, "dv_mika", true), heard(12, "pe_ada")];
  expect(callingOf(attention, room({ unread })).map(({ seq }) => seq)).toEqual([12]);
  expect(callingOf(attention, room({ roomId: "rm_2", unread }))).toHaveLength(2);
  const again = withMute(attention, "rm_1", "dv_mika", false);
  expect(again).toEqual(ON);
});

test("[SY254] the oldest mark makes way when there are too many", () => {
  let attention = ON;
  for (let index = 0; index <= MUTED_MAX; index++) {
    attention = withMute(attention, "rm_1", `pe_${index}`, true);
  }
  expect(attention.muted).toHaveLength(MUTED_MAX);
  expect(attention.muted[0]).toBe("rm_1/pe_1");
});

test("[SY255] choices go along with a room, once, and are forgotten with it", () => {
  const chosen = withLevel(withMute(ON, "rm_1", "pe_ada", true), "rm_gone", "none");
  const moved = new Map([["rm_1", "rm_2"]]);
  const followed = followRooms(withLevel(chosen, "rm_1", "mentions"), ["rm_2"], moved);
  expect(followed).toEqual({ ...ON, levels: { rm_2: "mentions" }, muted: ["rm_2/pe_ada"] });
  expect(followRooms(followed, ["rm_2"], moved)).toBe(followed);
  const kept = followRooms(chosen, undefined, moved);
  expect(kept).toEqual({ ...ON, levels: { rm_gone: "none" }, muted: ["rm_2/pe_ada"] });
  const slashed = withMute(ON, "rm_1", "dv_a/b", true); // A persona's id may be any text.
  expect(followRooms(slashed, undefined, moved).muted).toEqual(["rm_2/dv_a/b"]);
  const own = withLevel(withLevel(chosen, "rm_1", "mentions"), "rm_2", "none");
  expect(followRooms(own, ["rm_2"], moved).levels).toEqual({ rm_2: "none" });
  expect(withLevel(own, "rm_2", "all").levels).not.toHaveProperty("rm_2");
});

test.each(["", "{", "null", "[]", '{"muted":"all","levels":{}}', '{"muted":[]}'])(
  "what is kept is read, and %j is as if nothing were",
  (text) => {
    const kept: Attention = { ...ON, muted: ["rm_1/pe_ada"] };
    const read = (stored: string): Attention => {
      const getItem = (key: string) => key === ATTENTION_STORED ? stored : null;
      Object.assign(globalThis, { localStorage: { getItem } });
      try {
        return readAttention();
      } finally {
        Reflect.deleteProperty(globalThis, "localStorage");
      }
    };
    expect(read(JSON.stringify(kept))).toEqual(kept);
    expect(read(text)).toEqual({ ...ON, isOn: false });
  },
);

test("where nothing can be kept the choice holds in this page, and that is told", () => {
  // Node has no such storage: reading it throws, as where a browser denies it.
  const attention = signal(readAttention());
  const denied = (): never => {
    throw new DOMException("denied", "SecurityError");
  };
  Object.assign(globalThis, { localStorage: { getItem: denied, setItem: denied } });
  try {
    expect(keepAttention(attention, (now) => ({ ...now, isOn: true }))).toBe(false);
    expect(keepAttention(attention, (now) => ({ ...now, showsWords: true }))).toBe(false);
    expect(attention.value).toEqual({ ...ON, showsWords: true });
  } finally {
    Reflect.deleteProperty(globalThis, "localStorage");
  }
});
