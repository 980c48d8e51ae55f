import { expect, test } from "vitest";
import { addressPrefix, visitorAddress } from "./address-prefix.ts";
import { createVisitors, type VisitorLimits, visitorLimits } from "./visitor-limits.ts";

function setup(changed: Partial<VisitorLimits>) {
  const visitors = createVisitors({ ...visitorLimits, ...changed });
  return {
    visitors,
    open(visitor: string, nowMs = 0) {
      const asked = visitors.ask(visitor, nowMs);
      return asked.ok ? visitors.enter(visitor) : asked.error;
    },
  };
}

const limited = { kind: "visitor-limited", afterMs: expect.any(Number) };

test("[RL67] a visitor has a number of sockets that have not joined", () => {
  const { open } = setup({ waitingPerVisitorMax: 1 });
  const first = open("a");
  expect(open("a")).toEqual(limited);
  expect(open("b")).toHaveProperty("admit");
  if ("admit" in first) first.admit();
  expect(open("a")).toHaveProperty("admit");
});

test("[RL67] openings without a join are limited by rate, joins give their token back", () => {
  const { open } = setup({ openingsBurst: 2, openingsPerS: 0.5 });
  // A class that joins is never limited.
  for (let index = 0; index < 100; index += 1) {
    const visit = open("school");
    if (!("admit" in visit)) throw new Error(JSON.stringify(visit));
    visit.admit();
    visit.admit();
  }
  for (const nowMs of [0, 0, 2_000]) {
    const visit = open("flood", nowMs);
    if ("leave" in visit) visit.leave();
    expect(visit).toHaveProperty("leave");
  }
  expect(open("flood", 3_000)).toEqual({ kind: "visitor-limited", afterMs: 1_000 });
  expect(open("flood", 4_000)).toHaveProperty("leave");
});

test("[RL67] all sockets together are limited, and an end frees the place once", () => {
  const { open } = setup({ socketsMax: 2 });
  const first = open("a");
  open("b");
  expect(open("c")).toEqual({ kind: "relay-full" });
  if (!("leave" in first)) throw new Error("Cannot open");
  first.leave();
  first.leave();
  expect(open("c")).toHaveProperty("leave");
  expect(open("d")).toEqual({ kind: "relay-full" });
});

test("[RL67] the limiter forgets who has no socket, not who has one", () => {
  const { open } = setup({ socketsMax: 5, waitingPerVisitorMax: 1 });
  open("stays");
  for (let index = 0; index < 1_000; index += 1) {
    const visit = open(`v${index}`);
    if ("leave" in visit) visit.leave();
  }
  expect(open("stays")).toEqual(limited);
});

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["::FFFF:192.0.2.1", "192.0.2.1"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["2001:0db8:0000:0000:ffff::", "2001:db8:0:0::/64"],
  ["2001:db8:0:1::1", "2001:db8:0:1::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["1:2:3:4:5:6:7:8", "1:2:3:4::/64"],
])("the prefix of %s is %s", (address, prefix) => {
  expect(addressPrefix(address)).toBe(prefix);
});

test.each(["", "unknown", "1.2.3", "1.2.3.999", "1:2", "1::2::3", "1:2:3:4:5:6:7:8:9", "g::1"])(
  "%j is no address",
  (text) => {
    expect(addressPrefix(text)).toBeUndefined();
  },
);

test.each([
  ["192.0.2.1", "198.51.100.1", false, "192.0.2.1"],
  ["192.0.2.1", "198.51.100.1", true, "198.51.100.1"],
  ["192.0.2.1", "203.0.113.9, 198.51.100.1", true, "198.51.100.1"],
  ["192.0.2.1", "junk", true, "192.0.2.1"],
  ["192.0.2.1", undefined, true, "192.0.2.1"],
  [undefined, undefined, false, "unknown"],
])("[RL67] peer %s, forwarded %s, trusted %s: %s", (peer, forwarded, trusted, address) => {
  expect(visitorAddress(peer, forwarded, trusted)).toBe(address);
});
