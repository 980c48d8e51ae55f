import { expect, test } from "vitest";
import { starterProfile } from "#shared/inference/mod.ts";
import type { Log } from "#shared/ports/mod.ts";
import { emptyState } from "#shared/room/mod.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import type { AppSnapshot, RoomView, SharedView } from "../app-client.ts";
import { emptySnapshot } from "../tab-context.ts";
import { createLogRing, LOG_LINES_MAX, type LogLine } from "./log-ring.ts";
import { makeReport, type PageFacts, reportLines } from "./report.ts";

const silent: Log = { write: () => undefined, with: () => silent };

const page: PageFacts = {
  build: "main-x.js",
  browser: "Chromium",
  languages: ["en"],
  screen: "390 x 800 at 2",
  cores: 8,
  isVisible: true,
  isOnline: true,
  isInstalled: false,
  isIsolated: true,
  isOfflineReady: true,
  storage: undefined,
};

const report = (change: Partial<AppSnapshot>, lines: readonly LogLine[] = []): string =>
  makeReport({ atMs: 0, page, snapshot: { ...emptySnapshot(starterProfile), ...change }, lines });

const line = (fields: Readonly<Record<string, unknown>>): LogLine => ({
  atMs: 0,
  level: "warn",
  event: "feed-defect",
  fields,
});

const ROOM = "rm_Zx81kQ";
const SHARED_ROOM = "yB3kAd0_fQ2mV9xLw7sPzA";
/** Words that look like the code's own. */
const PLAIN_WORDS = ["divorce", "annas-nas", "gguf-secret"];
const SECRETS = [
  ...PLAIN_WORDS,
  ...[ROOM, SHARED_ROOM, "The garden room", "see you at nine", "Mika", "Ada", "192.168.1.4"],
  ...["my-own-model.gguf", "sk-verysecret1", "https://relay.example"],
];

test("[SY195] nothing that people named, wrote or keep secret is in a report", () => {
  const text = report({
    device: { id: "dv_own1", name: "Mika" },
    rooms: [ROOM, SHARED_ROOM].map((roomId) => ({
      roomId,
      name: "The garden room",
      lastLine: "Ada: see you at nine",
      lastAtMs: 0,
      unread: 2,
      personaIds: ["ps_1"],
      personaNames: ["Ada"],
      isShared: roomId === SHARED_ROOM,
    })),
    engine: {
      phase: "restarting",
      modelId: "my-own-model.gguf",
      generation: 3,
      retryAtMs: 5,
      reason: "device-lost",
      restarts: [{
        atMs: 0,
        generation: 1,
        readyMs: 9,
        reason: "crashed",
        detail: "at 192.168.1.4",
      }],
    },
    problems: [{
      id: "pb_1",
      atMs: 0,
      doing: "say",
      error: { kind: "relay-refused", reason: "roomFull", text: "see you at nine" },
    }, {
      id: "pb_2",
      atMs: 0,
      doing: "say",
      error: { kind: "relay-refused", reason: "roomFull", text: "divorce" },
    }, {
      id: "pb_3",
      atMs: 0,
      doing: "download-model",
      error: { kind: "host-unreachable", host: "annas-nas", detail: "divorce" },
    }, {
      id: "pb_4",
      atMs: 0,
      doing: "choose-model",
      error: { kind: "model-unknown", modelId: "gguf-secret" },
    }],
  }, [
    line({ roomId: ROOM, error: "TypeError: Failed to fetch https://relay.example" }),
    line({ roomId: SHARED_ROOM, list: ["sk-verysecret1 is wrong"], "Ada": { name: "Ada" } }),
  ]);
  for (const secret of SECRETS) expect(text).not.toContain(secret);
  // What helps is there.
  expect(text).toContain("device-lost");
  expect(text).toContain("TypeError (48 characters)");
  expect(text).toContain("relay-refused");
  expect(text).toContain("host-unreachable");
  expect(JSON.parse(text)).toMatchObject({ conclave: "main-x.js", engine: { generation: 3 } });
});

test("[SY195] the same id is the same stand-in throughout, another id another", () => {
  const rooms = [{
    ...{ roomId: SHARED_ROOM, name: "x", lastLine: "", lastAtMs: 0, unread: 0 },
    ...{ personaIds: [], personaNames: [], isShared: true },
  }];
  const text = report({ rooms }, [line({ roomId: SHARED_ROOM }), line({ roomId: ROOM })]);
  const { rooms: told, log } = JSON.parse(text) as {
    rooms: readonly { room: string }[];
    log: readonly string[];
  };
  expect(told[0]?.room).toBe("room#1");
  expect(log[0]).toContain('"room#1"');
  expect(log[1]).toContain('"rm#2"');
});

test("[SY280] with how many devices the history is forked is told, and nothing more of it", () => {
  const fork = {
    ...{ device: SHARED_ROOM, epochTag: "01234567", agreedSeq: 4711, seq: 4712, at: 1 },
    ...{ mine: "0a1b2c3d", theirs: "d3c2b1a0" },
  };
  const shared: SharedView = {
    ...{ link: { phase: "live" }, present: [], access: "write", relayHost: "nas.example" },
    ...{ refused: [], forks: [fork, { ...fork, epochTag: "76543210" }], otherForks: 5 },
  };
  const own = { running: [], unsent: [], device: "dv_me", move: undefined };
  const room: RoomView = { ...own, state: emptyState(), shared };
  const text = report({ room });
  expect(JSON.parse(text)).toMatchObject({ openRoom: { shared: { forks: 7 } } });
  for (const part of ["4711", "0a1b2c3d", "01234567", SHARED_ROOM]) {
    expect(text).not.toContain(part);
  }
  expect(JSON.parse(report({ room: { ...room, shared: { ...shared, forks: undefined } } })))
    .toMatchObject({ openRoom: { shared: { forks: 5 } } });
});

test("[SY195] a line's numbers and the code's own words are told as they are", () => {
  expect(reportLines([line({ kind: "storage-full", bytes: 12, done: false, none: undefined })]))
    .toEqual([
      '1970-01-01T00:00:00.000Z warn feed-defect {"kind":"storage-full","bytes":12,"done":false}',
    ]);
});

test("[SY194] the newest lines above debug are kept, with what is bound to them", () => {
  const clock = new ManualClock();
  const { log, lines } = createLogRing(silent, clock);
  const bound = log.with({ part: "link" });
  bound.write("debug", "not-kept", {});
  for (let each = 0; each <= LOG_LINES_MAX; each += 1) bound.write("info", "kept", { each });
  expect(lines()).toHaveLength(LOG_LINES_MAX);
  expect(lines()[0]).toMatchObject({
    level: "info",
    event: "kept",
    fields: { part: "link", each: 1 },
  });
});

test("[SY194] every line goes on to the log behind", () => {
  const written: string[] = [];
  const inner: Log = {
    write: (level, event) => void written.push(`${level} ${event}`),
    with: () => inner,
  };
  const { log } = createLogRing(inner, new ManualClock());
  log.with({ a: 1 }).write("debug", "seen", {});
  log.write("error", "seen-too", {});
  expect(written).toEqual(["debug seen", "error seen-too"]);
});
