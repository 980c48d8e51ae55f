import { expect, test } from "vitest";
import { err, ok } from "#shared/base/mod.ts";
import { ownRelayUrl, relayHostOf, relayUrlOf } from "./relay-url.ts";

const PAGE = "https://rooms.example/app?lane=cpu#/models";
const CLEAR_PAGE = "http://192.168.1.5:8787/";

test("[SY89] a page's own relay is the socket of its own host, and the default", () => {
  expect(ownRelayUrl(PAGE)).toBe("wss://rooms.example/relay");
  expect(relayUrlOf(undefined, PAGE)).toEqual(ok("wss://rooms.example/relay"));
  expect(relayUrlOf(" ", CLEAR_PAGE)).toEqual(ok("ws://192.168.1.5:8787/relay"));
  expect(relayUrlOf("http://192.168.1.5:8787", CLEAR_PAGE))
    .toEqual(ok("ws://192.168.1.5:8787/relay"));
});

test("[SY89] an address is completed, and its query, fragment and case are not kept", () => {
  for (
    const [given, url] of [
      ["Relay.Example", "wss://relay.example/relay"],
      ["https://relay.example/?a#b", "wss://relay.example/relay"],
      ["wss://relay.example:8443/rooms", "wss://relay.example:8443/rooms"],
      ["http://localhost:8787", "ws://localhost:8787/relay"],
      ["ws://127.0.0.1:1", "ws://127.0.0.1:1/relay"],
    ] as const
  ) {
    expect(relayUrlOf(given, PAGE)).toEqual(ok(url));
  }
  expect(relayHostOf("wss://relay.example:8443/rooms")).toBe("relay.example:8443");
});

test("[SY89] another scheme, a clear socket elsewhere and a login are refused", () => {
  const invalid = err({ kind: "url-invalid" });
  for (
    const given of [
      "javascript:alert(1)",
      "ftp://relay.example",
      "ws://relay.example",
      "http://192.168.1.5:8787",
      "wss://me:key@relay.example",
      "wss://",
      "a b",
    ]
  ) {
    expect(relayUrlOf(given, PAGE)).toEqual(invalid);
  }
});
