import { expect, test } from "vitest";
import { addressOf, describeListenFailure, readServerSettings } from "./settings.ts";

test.each([
  [{}, { host: "127.0.0.1", port: 8787 }],
  [{ PORT: "", HOST: " " }, { host: "127.0.0.1", port: 8787 }],
  [{ PORT: "0" }, { host: "127.0.0.1", port: 0 }],
  [{ PORT: "9000", HOST: "::1" }, { host: "::1", port: 9000 }],
])("settings %j", (environment, settings) => {
  expect(readServerSettings(environment)).toEqual({ ok: true, value: settings });
});

test.each(["abc", "-1", "1.5", "65536", "80a", "0x50", "1e3"])("PORT %j is refused", (port) => {
  const result = readServerSettings({ PORT: port });
  expect(result.ok ? "" : result.message).toContain(`Cannot use PORT "${port}"`);
});

test("a HOST that is no name or address is refused", () => {
  const result = readServerSettings({ HOST: "a b/c" });
  expect(result.ok ? "" : result.message).toContain('Cannot use HOST "a b/c"');
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
