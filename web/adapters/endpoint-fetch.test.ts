import { expect, test } from "vitest";
import { createEndpointFetch, isSomebodyThere, localNetworkPermission } from "./endpoint-fetch.ts";

const signal = new AbortController().signal;
const options = { method: "POST", headers: { a: "b" }, redirect: "error", signal } as const;

test("[IN91] only addresses of added endpoints are asked, without cookies and referrer", async () => {
  const asked: [string, RequestInit][] = [];
  let bases = ["http://127.0.0.1:11434/v1/"];
  const fetch = createEndpointFetch(() => bases, (url, init) => {
    asked.push([url, init]);
    return Promise.resolve(new Response("{}"));
  });
  await fetch("http://127.0.0.1:11434/v1/models", options);
  const others = [
    "http://127.0.0.1:11434/v10/models",
    "http://127.0.0.1:11434/v1",
    "http://127.0.0.1:11435/v1/models",
    "https://models.example/v1/models",
    "http://127.0.0.1:11434.example/v1/models",
  ];
  for (const url of others) await expect(fetch(url, options)).rejects.toThrow(TypeError);
  bases = [];
  await expect(fetch("http://127.0.0.1:11434/v1/models", options)).rejects.toThrow(TypeError);
  expect(asked).toEqual([["http://127.0.0.1:11434/v1/models", {
    ...options,
    credentials: "omit",
    referrerPolicy: "no-referrer",
    cache: "no-store",
  }]]);
});

test("[IN91] looking whether anybody is there carries no key and is not readable", async () => {
  let sent: RequestInit | undefined;
  const there = await isSomebodyThere("http://127.0.0.1:1/v1/models", signal, (_url, init) => {
    sent = init;
    return Promise.resolve(Response.error());
  });
  expect(there).toBe(true);
  expect(sent).toMatchObject({ mode: "no-cors", credentials: "omit" });
  expect(sent?.headers).toBeUndefined();
  const gone = () => Promise.reject(new TypeError("Failed to fetch"));
  expect(await isSomebodyThere("http://127.0.0.1:1/v1/models", signal, gone)).toBe(false);
  const stop = AbortSignal.abort("left");
  await expect(isSomebodyThere("http://127.0.0.1:1/", stop, gone)).rejects.toBe("left");
});

test("[IN94] the permission is read under any of its names, and is unknown where there is none", async () => {
  const permissions = (known: string) => ({
    query({ name }: { readonly name: string }) {
      if (name !== known) return Promise.reject(new TypeError("not a permission"));
      return Promise.resolve({ state: "denied" } as PermissionStatus);
    },
  });
  expect(await localNetworkPermission(permissions("loopback-network"))).toBe("denied");
  expect(await localNetworkPermission(permissions("local-network-access"))).toBe("denied");
  expect(await localNetworkPermission(permissions("geolocation"))).toBeUndefined();
});
