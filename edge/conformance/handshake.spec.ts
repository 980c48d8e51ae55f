import { afterAll, beforeAll, describe, expect } from "vitest";
import { check, line, ownServer, raw } from "./line.ts";
import { type RelayServer, startRelayServer } from "./relay-server.ts";
import { dropsEmptyHeaders, visitorHeader } from "./runtime.ts";

let server: RelayServer;
beforeAll(async () => {
  server = await startRelayServer();
});
afterAll(async () => {
  await server.end("SIGKILL");
});

describe("[RL65] who may open a socket", () => {
  line("handshake: wrong Origin 403 before upgrade", async () => {
    const port = server.port;
    const wrong = [
      "https://evil.example",
      `https://127.0.0.1:${port}`,
      `http://127.0.0.1:${port + 1}`,
      `http://127.0.0.1:${port}.evil.example`,
      `http://127.0.0.1:${port}/`,
      ...(dropsEmptyHeaders ? [] : [""]),
    ];
    for (const origin of wrong) {
      const socket = await raw(server, { headers: { Origin: origin } });
      expect(socket.status, origin).toBe(403);
      expect(socket.headers.has("sec-websocket-accept"), origin).toBe(false);
    }
    for (const origin of [server.origin, `http://localhost:${port}`, undefined]) {
      expect((await raw(server, { headers: { Origin: origin } })).status, origin).toBe(101);
    }
  });

  line("handshake: `Origin: null` refused", async () => {
    expect((await raw(server, { headers: { Origin: "null" } })).status).toBe(403);
  });

  check("a Host that names no allowed origin is refused", async () => {
    for (const host of ["relay.example", `evil@127.0.0.1:${server.port}`, "127.0.0.1:1"]) {
      expect((await raw(server, { headers: { Host: host } })).status, host).toBe(403);
    }
    const named = await raw(server, { headers: { Host: `LocalHost:${server.port}` } });
    expect(named.status).toBe(101);
  });

  check("CONCLAVE_ORIGINS is the whole list", async () => {
    const settings = { CONCLAVE_ORIGINS: "https://chat.example, https://relay.example" };
    const own = await ownServer({ settings });
    const from = async (Host: string, Origin: string) =>
      (await raw(own, { headers: { Host, Origin } })).status;
    expect(await from("relay.example", "https://chat.example")).toBe(101);
    expect(await from("relay.example:443", "https://chat.example")).toBe(101);
    expect(await from("relay.example", own.origin)).toBe(403);
    expect(await from(`127.0.0.1:${own.port}`, "https://chat.example")).toBe(403);
  });

  line("handshake: no token in URL or subprotocol", async () => {
    expect((await raw(server, { path: "/relay?token=abc" })).status).toBe(404);
    expect((await raw(server, { path: "/relay/abc" })).status).toBe(404);
    const socket = await raw(server, { headers: { "Sec-WebSocket-Protocol": "token, other" } });
    expect(socket.status).toBe(101);
    expect(socket.headers.has("sec-websocket-protocol")).toBe(false);
  });

  check("a request without an upgrade is told what is here", async () => {
    const answer = await fetch(`${server.origin}/relay`);
    expect(answer.status).toBe(426);
    expect(answer.headers.get("upgrade")).toBe("websocket");
  });
});

describe("[RL68] what a handshake agrees on", () => {
  line("handshake: no cookie ever set or read", async () => {
    const socket = await raw(server, { headers: { Cookie: "session=1" } });
    expect(socket.status).toBe(101);
    expect([...socket.headers.keys()]).not.toContain("set-cookie");
    for (const path of ["", "healthz", "relay", ".well-known/relay.json", "missing"]) {
      const answer = await fetch(`${server.origin}/${path}`, { headers: { cookie: "session=1" } });
      expect(answer.headers.get("set-cookie"), path).toBeNull();
      expect(answer.headers.get("vary") ?? "", path).not.toMatch(/cookie/i);
    }
  });

  line("handshake: `Upgrade: WebSocket` in mixed case accepted", async () => {
    for (const upgrade of ["WebSocket", "WEBSOCKET"]) {
      const headers = { Upgrade: upgrade, Connection: "keep-alive, UpGrade" };
      expect((await raw(server, { headers })).status, upgrade).toBe(101);
    }
  });

  line("handshake: bad Sec-WebSocket-Key leaves no object alive", async () => {
    const own = await ownServer({ isOneServer: true, limits: { waitingPerVisitorMax: 2 } });
    const keys = [undefined, "", "short", "not base64 at all!!!!!!!", "x".repeat(4_000)];
    for (const key of [...keys, ...keys]) {
      const socket = await raw(own, { headers: { "Sec-WebSocket-Key": key } });
      expect(socket.status, key).toBe(400);
      expect(await socket.next(), key).toBeUndefined();
    }
    for (const version of ["7", "x", undefined]) {
      const socket = await raw(own, { headers: { "Sec-WebSocket-Version": version } });
      expect([400, 426], version).toContain(socket.status);
    }
    // None of them counts as a socket: both places of this visitor are free.
    expect((await raw(own)).status).toBe(101);
    expect((await raw(own)).status).toBe(101);
    expect((await raw(own)).status).toBe(429);
  });

  line("handshake: no extension negotiated", async () => {
    const offer = "permessage-deflate; client_max_window_bits, x-webkit-deflate-frame";
    const socket = await raw(server, { headers: { "Sec-WebSocket-Extensions": offer } });
    expect(socket.status).toBe(101);
    expect(socket.headers.has("sec-websocket-extensions")).toBe(false);
  });
});

describe("[RL67] how many sockets", () => {
  line("handshake: 429 over per-prefix limit", async () => {
    const own = await ownServer({
      isOneServer: true,
      limits: { openingsBurst: 2, openingsPerS: 0.01 },
    });
    expect((await raw(own)).status).toBe(101);
    expect((await raw(own)).status).toBe(101);
    const refused = await raw(own);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  line("handshake: /64 grouping", async () => {
    const own = await ownServer({
      isOneServer: true,
      limits: { openingsBurst: 1, openingsPerS: 0.01 },
      settings: { CONCLAVE_TRUST_PROXY: "1" },
    });
    const from = async (address: string) =>
      (await raw(own, { headers: { [visitorHeader]: address } })).status;
    expect(await from("2001:db8:1:2::1")).toBe(101);
    expect(await from("2001:db8:1:2:ffff:1:2:3")).toBe(429);
    expect(await from("2001:0DB8:0001:0002::9")).toBe(429);
    expect(await from("2001:db8:1:3::1")).toBe(101);
    expect(await from("192.0.2.1")).toBe(101);
    expect(await from("::ffff:192.0.2.1")).toBe(429);
    expect(await from("192.0.2.2")).toBe(101);
  });

  line("handshake: spoofed X-Forwarded-For ignored unless the proxy is trusted", async () => {
    const limits = { openingsBurst: 1, openingsPerS: 0.01 };
    const plain = await ownServer({ isOneServer: true, limits });
    const from = async (own: RelayServer, address: string) =>
      (await raw(own, { headers: { "X-Forwarded-For": address } })).status;
    expect(await from(plain, "192.0.2.1")).toBe(101);
    expect(await from(plain, "192.0.2.2")).toBe(429);
  });

  check("behind a proxy only what the proxy itself appended counts", async () => {
    const limits = { openingsBurst: 1, openingsPerS: 0.01 };
    const from = async (own: RelayServer, address: string) =>
      (await raw(own, { headers: { "X-Forwarded-For": address } })).status;
    const proxied = await ownServer({
      isOneServer: true,
      limits,
      settings: { CONCLAVE_TRUST_PROXY: "1" },
    });
    expect(await from(proxied, "198.51.100.1, 192.0.2.1")).toBe(101);
    expect(await from(proxied, "198.51.100.2, 192.0.2.1")).toBe(429);
    expect(await from(proxied, "198.51.100.2, 192.0.2.3")).toBe(101);
  });

  check("a full relay answers 503", async () => {
    const own = await ownServer({ isOneServer: true, limits: { socketsMax: 2 } });
    const first = await raw(own);
    expect([first.status, (await raw(own)).status, (await raw(own)).status]).toEqual([
      101,
      101,
      503,
    ]);
    first.destroy();
    // The place is free once the server has seen the end.
    await expect.poll(async () => (await raw(own)).status).toBe(101);
  });
});
