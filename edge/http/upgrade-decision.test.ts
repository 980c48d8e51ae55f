import { expect, test } from "vitest";
import { decideUpgrade, ownOrigins, parseOrigins } from "./upgrade-decision.ts";

const ALLOWED = ["https://chat.example", "http://chat.example", "http://[::1]:8787"];

test.each([
  ["/relay", "chat.example", undefined, "https://chat.example"],
  ["/relay", "CHAT.example", "https://chat.example", "https://chat.example"],
  ["/relay", "chat.example:443", "https://chat.example", "https://chat.example"],
  ["/relay", "chat.example", "http://chat.example", "http://chat.example"],
  ["/relay", "[::1]:8787", "https://chat.example", "http://[::1]:8787"],
])("[RL66] %s of host %s from %s is the relay %s", (url, host, origin, relayOrigin) => {
  expect(decideUpgrade({ url, host, origin }, ALLOWED)).toEqual({ kind: "accept", relayOrigin });
});

test("[RL80] the room that an address names is the only one for its socket", () => {
  const room = "A".repeat(22);
  const asked = { host: "chat.example", origin: undefined };
  const relayOrigin = "https://chat.example";
  expect(decideUpgrade({ ...asked, url: `/relay?room=${room}` }, ALLOWED))
    .toEqual({ kind: "accept", relayOrigin, room });
  for (const url of [`/relay?room=${room}&token=x`, `/relay/${room}`, `/?room=${room}`]) {
    expect(decideUpgrade({ ...asked, url }, ALLOWED)).toMatchObject({ status: 404 });
  }
});

test.each([
  ["/relay/", "chat.example", undefined, 404],
  ["/relay?a", "chat.example", undefined, 404],
  ["/", "chat.example", undefined, 404],
  ["/relay", undefined, undefined, 403],
  ["/relay", "", undefined, 403],
  ["/relay", "chat.example.", undefined, 403],
  ["/relay", "chat.example:8080", undefined, 403],
  ["/relay", "chat.example/..", undefined, 403],
  ["/relay", "user@chat.example", undefined, 403],
  ["/relay", "chat.example:99999", undefined, 403],
  ["/relay", "chat.example", "null", 403],
  ["/relay", "chat.example", "", 403],
  ["/relay", "chat.example", "https://chat.example/", 403],
  ["/relay", "chat.example", "https://chat.example, https://chat.example", 403],
])("[RL65] %s of host %j from %j is refused with %i", (url, host, origin, status) => {
  expect(decideUpgrade({ url, host, origin }, ALLOWED)).toMatchObject({ kind: "refuse", status });
});

test.each([
  ["", []],
  [" https://a.example , http://b.example:80/ ", ["https://a.example", "http://b.example"]],
])("origins %j", (text, origins) => {
  expect(parseOrigins(text)).toEqual({ ok: true, value: origins });
});

test.each(["ftp://a.example", "https://a.example/x", "https://a@b.example", "a", "https://"])(
  "%j is no origin",
  (text) => {
    expect(parseOrigins(`https://ok.example,${text}`)).toEqual({ ok: false, error: text });
  },
);

test("a server's own names are the loopback ones and the host it was given", () => {
  const loopback = ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"];
  expect(ownOrigins("127.0.0.1", 1)).toEqual(loopback);
  expect(ownOrigins("0.0.0.0", 1)).toEqual(loopback);
  expect(ownOrigins("::1", 1)).toEqual(loopback);
  expect(ownOrigins("192.168.1.5", 1)).toEqual([...loopback, "http://192.168.1.5:1"]);
});
