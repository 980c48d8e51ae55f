import { expect, test } from "vitest";
import { createTrustedScriptUrl, sameOriginScriptUrl } from "./trusted-types.ts";

const page = "http://127.0.0.1:8787/index.html";

test.each([
  ["/assets/main.js", "http://127.0.0.1:8787/assets/main.js"],
  ["worker.js?v=1", "http://127.0.0.1:8787/worker.js?v=1"],
  ["http://127.0.0.1:8787/sw.js", "http://127.0.0.1:8787/sw.js"],
])("a script URL of the own origin is made absolute: %s", (url, absolute) => {
  expect(sameOriginScriptUrl(url, page)).toBe(absolute);
});

test.each([
  "https://127.0.0.1:8787/a.js",
  "http://127.0.0.1:8788/a.js",
  "//other.example/a.js",
  "data:text/javascript,1",
  "blob:http://127.0.0.1:8787/0",
  "javascript:1",
])("a script URL of another origin is refused: %s", (url) => {
  expect(() => sameOriginScriptUrl(url, page)).toThrow(TypeError);
});

test("where the browser has Trusted Types, one policy vouches for every URL", () => {
  const names: string[] = [];
  const trustedScriptUrl = createTrustedScriptUrl({
    location: { href: page },
    trustedTypes: {
      createPolicy(name, rules) {
        names.push(name);
        return { createScriptURL: (url) => ({ trusted: rules.createScriptURL(url) }) };
      },
    },
  });
  expect(trustedScriptUrl("/a.js")).toEqual({ trusted: "http://127.0.0.1:8787/a.js" });
  expect(() => trustedScriptUrl("https://other.example/a.js")).toThrow(TypeError);
  expect(names).toEqual(["conclave"]);
});

test("where the browser lacks Trusted Types, the same check applies", () => {
  const trustedScriptUrl = createTrustedScriptUrl({ location: { href: page } });
  expect(trustedScriptUrl("/a.js")).toBe("http://127.0.0.1:8787/a.js");
  expect(() => trustedScriptUrl("https://other.example/a.js")).toThrow(TypeError);
});
