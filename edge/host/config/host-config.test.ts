import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import {
  createRoomSecret,
  createWebCrypto,
  deriveRoom,
  formatRoomLink,
  readSecretOf,
} from "#shared/crypto/mod.ts";
import { decodeHostConfig } from "./host-config.ts";
import { readHostPlan } from "./read-config.ts";
import { relayAddressOf } from "./relay-address.ts";

const crypto = createWebCrypto();
const secret = createRoomSecret(crypto);
const link = (relayHint?: string): string =>
  `https://rooms.example/#${formatRoomLink({ access: "write", secret, relayHint })}`;

const right = {
  device: { name: "Cellar" },
  data: "data",
  rooms: [{ name: "attic", link: link() }],
  personas: [{ key: "ada", card: { name: "Ada" } }],
  engine: { kind: "openai", url: "http://127.0.0.1:1/v1", model: "m", contextTokens: 4_096 },
};

const decode = (change: object) => decodeHostConfig(JSON.stringify({ ...right, ...change }));

function write(config: object, files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "conclave-config-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, "host.json"), JSON.stringify(config));
  return join(folder, "host.json");
}

test("[HO90] what is left out has its default, and what is there is kept", () => {
  expect(decode({})).toMatchObject({
    ok: true,
    value: {
      personas: [{ contextTokensMin: 1, card: { gist: "", hue: 210 } }],
      engine: { replyTokensMax: 512, slots: 1 },
      http: { port: 8_790 },
      logLevel: "info",
    },
  });
});

test("[HO90] every mistake is named with its place, all at once", () => {
  const { engine } = right;
  const cases: readonly (readonly [object, readonly string[]])[] = [
    [{ device: { name: " " } }, ["device.name"]],
    [{ extra: 1 }, ["extra"]],
    [{ device: { name: "x", colour: 1 } }, ["device.colour"]],
    [{ rooms: [] }, ["rooms"]],
    [{ rooms: [{ name: "A b", link: "x" }] }, ["rooms.0.name"]],
    [{ http: { port: 70_000 }, logLevel: "loud" }, ["http.port", "logLevel"]],
    [{ personas: [{ key: "ada", card: { name: "A", hue: 360 } }] }, ["personas.0.card.hue"]],
    [{ engine: { ...engine, keyEnv: "sk-123" } }, ["engine.keyEnv"]],
    [{ engine: { ...engine, key: "sk-123" } }, ["engine.key"]],
    [{ engine: { ...engine, kind: "magic" } }, ["engine.kind"]],
    [{ limits: { stopMs: 0 } }, ["limits.stopMs"]],
  ];
  for (const [change, places] of cases) {
    const decoded = decode(change);
    expect(decoded.ok ? [] : decoded.error.map(({ at }) => at), JSON.stringify(change))
      .toEqual(places);
    expect(JSON.stringify(decoded)).not.toContain("sk-123");
  }
  expect(decodeHostConfig("{")).toMatchObject({ error: [{ kind: "config-not-json" }] });
});

test("[HO90] names are there once, and a persona's rooms are rooms of the file", () => {
  const [ada] = right.personas;
  const [attic] = right.rooms;
  expect(decode({ rooms: [attic, attic], personas: [ada, { ...ada, rooms: ["loft"] }] }))
    .toMatchObject({
      error: [
        { kind: "name-repeated", at: "rooms.1.name" },
        { kind: "name-repeated", at: "personas.1.key" },
        { kind: "room-unknown", at: "personas.1.rooms", detail: "loft" },
      ],
    });
});

test("[HO91] files and paths are those beside the configuration", async () => {
  const { card: _card, ...ada } = { ...right.personas[0], cardFile: "ada.json" };
  const path = write(
    { ...right, rooms: [{ name: "attic", linkFile: "attic.link" }], personas: [ada] },
    { "attic.link": `${link("wss://relay.example/relay")}\n`, "ada.json": '{"name":"Ada"}' },
  );
  const { roomId } = await deriveRoom(crypto, { access: "write", secret });
  const plan = await readHostPlan(path, crypto);
  expect(plan).toMatchObject({
    ok: true,
    value: {
      dataFolder: join(path, "../data"),
      rooms: [{ name: "attic", roomId, relayUrl: "wss://relay.example/relay" }],
      personas: [{ key: "ada", rooms: ["attic"], card: { name: "Ada" } }],
    },
  });
});

test("[HO91] a link that may only read, leads nowhere, or to one room twice is refused", async () => {
  const { publicKey } = await crypto.signerFromSeed(secret);
  const reading = formatRoomLink({
    access: "read",
    secret: await readSecretOf(crypto, secret),
    writePublicKey: publicKey,
  });
  const bare = formatRoomLink({ access: "write", secret: createRoomSecret(crypto) });
  const path = write({
    ...right,
    rooms: [
      { name: "a", link: `https://rooms.example/#${reading}` },
      { name: "b", link: bare },
      { name: "c", link: link() },
      { name: "d", link: link("wss://other.example/relay") },
      { name: "e", link: "https://rooms.example/#w=1.x" },
    ],
  });
  const plan = await readHostPlan(path, crypto);
  expect(plan.ok ? [] : plan.error.map(({ kind, at }) => [kind, at])).toEqual([
    ["link-read-only", "rooms.0"],
    ["relay-unusable", "rooms.1"],
    ["room-repeated", "rooms.3"],
    ["link-invalid", "rooms.4"],
  ]);
});

test("[SY89] a relay is reached safely, on this machine, or on the page's own clear host", () => {
  const cases: readonly (readonly [string, string | undefined, string | undefined])[] = [
    ["https://rooms.example/app#w", undefined, "wss://rooms.example/relay"],
    ["http://192.168.1.5:8787/#w", undefined, "ws://192.168.1.5:8787/relay"],
    ["http://192.168.1.5:8787/#w", "ws://192.168.1.5:8787/rooms", "ws://192.168.1.5:8787/rooms"],
    ["http://192.168.1.5:8787/#w", "ws://192.168.1.6:8787", undefined],
    ["#w", "ws://127.0.0.1:9/", "ws://127.0.0.1:9/relay"],
    ["#w", "ws://relay.example", undefined],
    ["#w", "wss://me:secret@relay.example", undefined],
    ["#w", "ftp://relay.example", undefined],
    ["#w", undefined, undefined],
  ];
  for (const [page, hint, url] of cases) expect(relayAddressOf(page, hint), page).toBe(url);
});
