import { expect, test } from "vitest";
import { parseRoute, routeToHash } from "./route.ts";

test.each(["#/", "#/room/rm_1", "#/models", "#/settings", "#/room/a%2Fb"])(
  "%s is read and written the same",
  (hash) => {
    expect(routeToHash(parseRoute(hash))).toBe(hash);
  },
);

test.each(["", "#", "#/room/", "#/room/%E0%A4%A", "#/elsewhere", "#main"])(
  "%s is the start",
  (hash) => {
    expect(parseRoute(hash)).toEqual({ kind: "start" });
  },
);
