import { expect, test } from "vitest";
import { toEpochMs, toMonotonicMs } from "#shared/base/mod.ts";
import { innerLimits, relayLimits } from "./limits.ts";
import {
  greetSocket,
  nextSocketDue,
  type SocketEffect,
  type SocketEvent,
  stepSocket,
} from "./socket-step.ts";

const ID = "i".repeat(22);
const text = (value: string): string => "k".repeat(43) + value;
const join = JSON.stringify({
  t: "join",
  v: 1,
  room: ID,
  device: ID,
  proof: {
    readKey: text(""),
    writeKey: text(""),
    deviceKey: text(""),
    access: "write",
    notAfter: 5,
    admitSignature: text(""),
    deviceSignature: text(""),
  },
});
const ack = `{"t":"ack","seq":0}`;
const append = `{"t":"append","id":"${ID}","body":"YQ"}`;

function setup(limits = relayLimits) {
  let nowMs = 0;
  const context = () => ({ now: toMonotonicMs(nowMs), limits });
  const { state, hello } = greetSocket(ID, toEpochMs(7), context());
  const take = (event: SocketEvent): readonly SocketEffect[] => stepSocket(state, event, context());
  return {
    hello,
    state,
    pass: (ms: number) => void (nowMs += ms),
    tick: () => take({ kind: "tick" }),
    send: (value: string) => take({ kind: "text", text: value }),
    verified: (isAdmitted: boolean) => take({ kind: "verified", isAdmitted }),
    badFrame: () => take({ kind: "bad-frame" }),
    due: () => nextSocketDue(state),
    enter() {
      take({ kind: "text", text: join });
      take({ kind: "verified", isAdmitted: true });
      return this;
    },
  };
}

const closes = (code: number) => [{ kind: "close", code }];

test("[RL9] hello names version, nonce, time, ping and limits", () => {
  expect(setup().hello).toEqual({
    t: "hello",
    v: 1,
    nonce: ID,
    now: 7,
    pingMs: innerLimits.pingMs,
    limits: relayLimits,
  });
});

test("[RL1] a silent socket is closed when the deadline is reached, not before", () => {
  const socket = setup();
  expect(socket.due()).toBe(relayLimits.joinMsMax);
  socket.pass(relayLimits.joinMsMax - 1);
  expect(socket.tick()).toEqual([]);
  socket.pass(1);
  expect(socket.tick()).toEqual(closes(4502));
});

test("[RL1] a trickling socket is closed at the same deadline", () => {
  const socket = setup();
  socket.pass(relayLimits.joinMsMax - 10);
  expect(socket.send("ping")).toEqual([{ kind: "pong", text: "pong" }]);
  expect(socket.due()).toBe(relayLimits.joinMsMax);
  socket.pass(10);
  expect(socket.tick()).toEqual(closes(4502));
});

test.each<[title: string, sent: readonly string[], code: number]>([
  ["[RL2] more than 4 KiB", [`{"t":"join","x":"${"x".repeat(4_096)}"}`], 4509],
  ["[RL2] more than two messages", ["ping", "ping", "ping"], 4500],
  ["[RL2] 4 KiB in two messages", ["ping", "x".repeat(4_093)], 4509],
  ["[RL5] an append", [append], 4502],
  ["[RL5] an ack", [ack], 4502],
  ["[RL5] a frame behind the join", [join, append], 4502],
  ["[RL4] a second join on the same nonce", [join, join], 4502],
  ["[RL6] what is no frame", ["nonsense"], 4500],
  ["[RL6] an unknown type", [`{"t":"lease"}`], 4500],
  ["[RL9] another version", [join.replace(`"v":1`, `"v":2`)], 4505],
])("%s before joining ends the socket", (_title, sent, code) => {
  const socket = setup();
  const effects = sent.map((one) => socket.send(one));
  expect(effects.at(-1)).toEqual(closes(code));
  expect(socket.send(join)).toEqual([]);
  expect(socket.verified(true)).toEqual([]);
});

test("[RL4] a proof is looked at with the nonce of its own socket", () => {
  const [effect] = setup().send(join);
  expect(effect).toMatchObject({ kind: "verify", nonce: ID, join: { room: ID } });
});

test("[RL3] a proof that does not hold ends 4501, one that does enters", () => {
  const refused = setup();
  refused.send(join);
  expect(refused.verified(false)).toEqual(closes(4501));
  const admitted = setup();
  admitted.send(join);
  expect(admitted.verified(true)).toMatchObject([{ kind: "enter", join: { device: ID } }]);
  expect(admitted.due()).toBe(innerLimits.idleMsMax);
});

test("[RL6] nine bad frames are answered, the tenth ends the socket", () => {
  const socket = setup().enter();
  const bad = ["x", "{}", join, `{"t":"ack","seq":-1}`];
  for (const one of bad) {
    expect(socket.send(one)).toEqual([
      { kind: "send", frame: { t: "error", code: "frame-malformed" } },
    ]);
  }
  for (let n = bad.length + 1; n < innerLimits.badFramesMax; n += 1) {
    expect(socket.send(`{"t":"lease"}`)).toEqual([
      { kind: "send", frame: { t: "error", code: "frame-unknown" } },
    ]);
  }
  expect(socket.badFrame()).toEqual(closes(4500));
});

test("[RL6] good frames between bad ones do not renew the budget", () => {
  const socket = setup().enter();
  for (let n = 1; n < innerLimits.badFramesMax; n += 1) {
    socket.send("x");
    expect(socket.send(ack)).toEqual([{ kind: "forward", frame: { t: "ack", seq: 0 } }]);
  }
  expect(socket.send("x")).toEqual(closes(4500));
});

test("[RL7] ping is answered in every phase", () => {
  expect(setup().send("ping")).toEqual([{ kind: "pong", text: "pong" }]);
  expect(setup().enter().send("ping")).toEqual([{ kind: "pong", text: "pong" }]);
});

test("[RL7] a socket that says nothing is closed; any text keeps it", () => {
  const socket = setup().enter();
  socket.pass(innerLimits.idleMsMax - 1);
  socket.send("ping");
  socket.pass(innerLimits.idleMsMax - 1);
  expect(socket.tick()).toEqual([]);
  socket.pass(1);
  expect(socket.tick()).toEqual(closes(4005));
});

test("[RL8] more frames than the budget end the socket", () => {
  const socket = setup().enter();
  let sent = 0;
  while (socket.state.life.phase === "entered") {
    socket.send("ping");
    sent += 1;
  }
  expect(sent).toBe(innerLimits.framesBurst + 2 * relayLimits.appendBurst);
});

test("[RL8] frames within the rate go on for ever", () => {
  const socket = setup().enter();
  for (let n = 0; n < 2_000; n += 1) {
    socket.pass(1_000 / innerLimits.framesPerS);
    expect(socket.send("ping")).toHaveLength(1);
  }
});

test("[RL9] a frame over the limit ends a member's socket, one at the limit does not", () => {
  const limits = { ...relayLimits, frameBytesMax: 1_000 };
  const of = (bytes: number): string => `{"t":"eph","body":"${"a".repeat(bytes - 21)}"}`;
  expect(of(1_000)).toHaveLength(1_000);
  expect(setup(limits).enter().send(of(1_000))).toMatchObject([{ kind: "forward" }]);
  expect(setup(limits).enter().send(of(1_001))).toEqual(closes(4509));
  expect(setup(limits).enter().send("é".repeat(501))).toEqual(closes(4509));
});
