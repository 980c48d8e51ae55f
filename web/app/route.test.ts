import { expect, test } from "vitest";
import { findJoinLink } from "./join-link.ts";
import { parseRoute, routeToHash } from "./route.ts";

test.each(["#/", "#/room/rm_1", "#/models", "#/settings", "#/room/a%2Fb", "#/join"])(
  "%s is read and written the same",
  (hash) => {
    expect(routeToHash(parseRoute(hash))).toBe(hash);
  },
);

test.each(["", "#", "#/room/", "#/room/%E0%A4%A", "#/elsewhere", "#main", "#w=2.abc", "#w=1."])(
  "%s is the start",
  (hash) => {
    expect(parseRoute(hash)).toEqual({ kind: "start" });
  },
);

test.each(["w=1.abc", "r=1.abc.def", "w=1.abc.aHR0cHM"])(
  "the invite link %s is a route whose key is never written into an address",
  (link) => {
    const route = parseRoute(`#${link}`);
    expect(route).toEqual({ kind: "join", link });
    expect(routeToHash(route)).toBe("#/join");
  },
);

test.each([
  "https://conclave.example/#w=1.abc",
  "  http://127.0.0.1:8787/?lane=cpu#w=1.abc\n",
  "#w=1.abc",
  "w=1.abc",
])("an invite link is found in %j as it is pasted", (text) => {
  expect(findJoinLink(text)).toBe("w=1.abc");
});

test.each(["", "https://conclave.example/", "#/join", "hello #there"])(
  "%j holds no invite link",
  (text) => {
    expect(findJoinLink(text)).toBeUndefined();
  },
);
