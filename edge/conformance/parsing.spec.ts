import { afterAll, beforeAll, expect } from "vitest";
import { line } from "./line.ts";
import { type RelayServer, startRelayServer } from "./relay-server.ts";
import { createRoom, freshId, type JoinedSocket, joinRoom } from "./room-client.ts";

let server: RelayServer;
beforeAll(async () => {
  server = await startRelayServer();
});
afterAll(async () => {
  await server.end("SIGKILL");
});

/**
 * Sends each text from a joined socket of its own. Whatever the answer: nothing of it may be in
 * the log, the socket goes on, and a good append after it gets the next seq.
 */
async function changesNothing(
  texts: readonly string[],
  codes: readonly string[] = ["frame-malformed", "frame-unknown"],
): Promise<void> {
  for (const text of texts) {
    const socket = await joinRoom(server, await createRoom());
    socket.sendText(text);
    expect(codes, text.slice(0, 80)).toContain((await socket.next("error")).code);
    await goesOn(socket);
    socket.close();
  }
}

async function goesOn(socket: JoinedSocket): Promise<void> {
  const answer = await socket.append(freshId(), "YQ");
  expect(answer).toMatchObject({ t: "ok", seq: socket.joined.head + 1, dup: false });
}

const appendText = (id: string, more = ""): string =>
  `{"t":"append","id":"${id}","body":"YQ"${more}}`;

line("parsing: `__proto__`, `constructor`, `prototype` keys", async () => {
  const names = ["__proto__", "constructor", "prototype", "toString"];
  await changesNothing(names.flatMap((name) => [
    `{"t":"${name}"}`,
    `{"${name}":{"t":"append","id":"${freshId()}","body":"YQ"}}`,
    `{"t":"append","${name}":{"id":"${freshId()}","body":"YQ"}}`,
  ]));
  // Beside good fields they are unknown fields: of no effect on this frame or any other.
  for (const name of names) {
    const socket = await joinRoom(server, await createRoom());
    socket.sendText(appendText(freshId(), `,"${name}":{"covers":1,"isAdmin":true}`));
    const first = socket.received.length;
    const answer = await socket.find(
      (frame) => frame.t === "ok" || frame.t === "error",
      first,
    );
    expect(["ok", "error"]).toContain(answer.t);
    expect(await socket.append(freshId(), "YQ")).toMatchObject({ t: "ok" });
  }
});

line("parsing: depth 9", async () => {
  const nest = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
  const objects = '{"a":'.repeat(9) + "1" + "}".repeat(9);
  await changesNothing([
    nest(9),
    nest(30_000),
    "[".repeat(60_000),
    '{"a":'.repeat(10_000),
    `{"t":"append","id":"${freshId()}","body":${nest(9)}}`,
    `{"t":"append","id":"${freshId()}","body":${objects}}`,
    `{"t":${nest(30_000)}}`,
  ]);
});

line("parsing: 10^5 keys in 64 KiB", async () => {
  // As many as fit: a key has at least `"k":0,`.
  const keys = Array.from({ length: 8_000 }, (_, index) => `"${index.toString(36)}":0`).join(",");
  const text = `{${keys}}`;
  expect(text.length).toBeGreaterThan(60_000);
  expect(text.length).toBeLessThanOrEqual(65_536);
  await changesNothing([text, `[${"0,".repeat(32_000)}0]`]);
});

line("parsing: duplicate keys", async () => {
  const room = await createRoom();
  const socket = await joinRoom(server, room);
  const [first, last] = [freshId(), freshId()];
  socket.sendText(`{"t":"ack","id":"${first}","t":"append","id":"${last}","body":"YQ"}`);
  // One frame has one meaning: the last of each name, for every reader.
  const answer = await socket.next("ok");
  expect(answer).toMatchObject({ id: last, seq: 1 });
  const { entries } = await (await joinRoom(server, room)).find(
    (frame) => frame.t === "entries",
    0,
  );
  expect(entries.map(({ id }) => id)).toEqual([last]);
});

line("parsing: 1e400, -0, 2^53+1 as seq", async () => {
  const numbers = [
    "-0",
    "1e400",
    "-1e400",
    "9007199254740993",
    "-1",
    "1.5",
    '"1"',
    "null",
    "[]",
    "NaN",
  ];
  await changesNothing(numbers.flatMap((seq) => [
    `{"t":"ack","seq":${seq}}`,
    `{"t":"page","before":${seq},"entriesMax":5}`,
    appendText(freshId(), `,"covers":${seq === "null" ? "-2" : seq}`),
  ]));
});

line("parsing: lone surrogates, NUL, RTL override in names", async () => {
  const marks = ["\\ud800", "\\udfff", "\\u0000", "\\u202e", "\\u2028", "é", "\u202e"];
  await changesNothing(marks.flatMap((mark) => [
    appendText(`${"A".repeat(21)}${mark}`),
    `{"t":"append","id":"${freshId()}","body":"YQ${mark}"}`,
    `{"t":"${mark}"}`,
    `{"t":"eph","body":"${mark}"}`,
  ]));
});

line("parsing: ids of wrong length", async () => {
  const wrong = ["", "A", "A".repeat(21), "A".repeat(23), "A".repeat(10_000)];
  const letters = ["+", "/", "=", " ", ".", "%"].map((letter) => "A".repeat(21) + letter);
  await changesNothing([...wrong, ...letters].map((id) => appendText(id)), ["frame-malformed"]);
});
