import { expect, test } from "vitest";
import { innerLimits, relayLimits } from "../relay/limits.ts";
import { visitorLimits } from "../http/visitor-limits.ts";
import { addressOf, describeListenFailure, readServerSettings } from "./settings.ts";

const SECRET = "A".repeat(43);

const DEFAULTS = {
  host: "127.0.0.1",
  port: 8787,
  dataFolder: undefined,
  redis: undefined,
  origins: undefined,
  trustsProxy: false,
  operator: undefined,
  relayLimits,
  visitorLimits,
  membersMax: innerLimits.membersMax,
  storeBytesMax: 16 * 2 ** 30,
};

test.each([
  [{}, {}],
  [{ PORT: "", HOST: " ", CONCLAVE_DATA: " ", CONCLAVE_ORIGINS: " , " }, {}],
  [{ PORT: "0" }, { port: 0 }],
  [{ PORT: "9000", HOST: "::1" }, { host: "::1", port: 9000 }],
  [{ CONCLAVE_DATA: "/srv/conclave" }, { dataFolder: "/srv/conclave" }],
  [{ CONCLAVE_TRUST_PROXY: "1" }, { trustsProxy: true }],
  [
    { CONCLAVE_REDIS: "redis://127.0.0.1:6379", CONCLAVE_RELAY_SECRET: SECRET },
    { redis: { url: "redis://127.0.0.1:6379", secret: new Uint8Array(32) } },
  ],
  [{ CONCLAVE_OPERATOR: "127.0.0.1:9464" }, { operator: { host: "127.0.0.1", port: 9464 } }],
  [{ CONCLAVE_OPERATOR: " [::1]:0 " }, { operator: { host: "::1", port: 0 } }],
  [
    { CONCLAVE_ORIGINS: "https://Chat.example:443,http://127.0.0.1:8787/" },
    { origins: ["https://chat.example", "http://127.0.0.1:8787"] },
  ],
  [
    {
      CONCLAVE_RELAY_LIMITS:
        '{"joinMsMax":300,"socketsMax":5,"membersMax":9,"storeBytesMax":1000000}',
    },
    {
      relayLimits: { ...relayLimits, joinMsMax: 300 },
      visitorLimits: { ...visitorLimits, socketsMax: 5 },
      membersMax: 9,
      storeBytesMax: 1_000_000,
    },
  ],
])("settings %j", (environment, changed) => {
  expect(readServerSettings(environment)).toEqual({ ok: true, value: { ...DEFAULTS, ...changed } });
});

function refusalOf(environment: Record<string, string>): string {
  const result = readServerSettings(environment);
  return result.ok ? "" : result.error;
}

test("a room takes no more devices than a client takes in", () => {
  const setting = { CONCLAVE_RELAY_LIMITS: '{"membersMax":4097}' };
  expect(refusalOf(setting)).toContain('"membersMax" must be a whole number above 0, at most 4096');
});

test.each(["abc", "-1", "1.5", "65536", "80a", "0x50", "1e3"])("PORT %j is refused", (port) => {
  expect(refusalOf({ PORT: port })).toContain(`Cannot use PORT "${port}"`);
});

test("a HOST that is no name or address is refused", () => {
  expect(refusalOf({ HOST: "a b/c" })).toContain('Cannot use HOST "a b/c"');
});

test.each([
  [{ CONCLAVE_ORIGINS: "chat.example" }, '"chat.example" is no origin'],
  [{ CONCLAVE_ORIGINS: "https://a.example, https://b.example/path" }, "b.example/path"],
  [{ CONCLAVE_ORIGINS: "null" }, '"null" is no origin'],
  [{ CONCLAVE_ORIGINS: "*" }, '"*" is no origin'],
  [{ CONCLAVE_TRUST_PROXY: "yes" }, 'CONCLAVE_TRUST_PROXY "yes"'],
  [{ CONCLAVE_OPERATOR: "9464" }, 'CONCLAVE_OPERATOR "9464"'],
  [{ CONCLAVE_OPERATOR: "localhost:9464" }, "an IP address and a port"],
  [{ CONCLAVE_OPERATOR: "127.0.0.1:65536" }, "an IP address and a port"],
  [{ CONCLAVE_REDIS: "127.0.0.1:6379" }, "an address such as redis://127.0.0.1:6379"],
  [{ CONCLAVE_REDIS: "redis://h" }, "CONCLAVE_RELAY_SECRET: it must be 32 random bytes"],
  [{ CONCLAVE_REDIS: "redis://h", CONCLAVE_RELAY_SECRET: "short" }, "the same for every server"],
  [{ CONCLAVE_RELAY_SECRET: SECRET }, "without CONCLAVE_REDIS"],
  [{ CONCLAVE_RELAY_LIMITS: "{joinMsMax:1}" }, "it must be JSON"],
  [{ CONCLAVE_RELAY_LIMITS: "[1]" }, "it must be JSON"],
  [{ CONCLAVE_RELAY_LIMITS: '{"joinMs":1}' }, 'there is no limit "joinMs"; choose among'],
  [{ CONCLAVE_RELAY_LIMITS: '{"__proto__":{}}' }, 'there is no limit "__proto__"'],
  [{ CONCLAVE_RELAY_LIMITS: '{"toString":1}' }, 'there is no limit "toString"'],
  [{ CONCLAVE_RELAY_LIMITS: '{"joinMsMax":0}' }, '"joinMsMax" must be a whole number'],
  [{ CONCLAVE_RELAY_LIMITS: '{"joinMsMax":"5"}' }, '"joinMsMax" must be a whole number'],
  [{ CONCLAVE_RELAY_LIMITS: '{"joinMsMax":1.5}' }, '"joinMsMax" must be a whole number'],
  [{ CONCLAVE_RELAY_LIMITS: '{"frameBytesMax":1e9}' }, "at most 16777216"],
])("[RL72] %j is refused by name", (environment, words) => {
  expect(refusalOf(environment)).toContain(words);
});

test("a taken port says what to do", () => {
  const text = describeListenFailure({ host: "127.0.0.1", port: 8787 }, "EADDRINUSE");
  expect(text).toContain("another program uses it");
  expect(text).toContain("PORT=8788 npm start");
});

test.each([
  ["127.0.0.1", "http://127.0.0.1:8787/"],
  ["0.0.0.0", "http://127.0.0.1:8787/"],
  ["::1", "http://[::1]:8787/"],
])("the address for host %s", (host, address) => {
  expect(addressOf(host, 8787)).toBe(address);
});
