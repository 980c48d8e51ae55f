import { expect, test } from "vitest";
import { parseSocketPath, roomSocketAddress } from "./relay-address.ts";

const ROOM = "AZaz09_-AZaz09_-AZaz09";

test("[RL80] a room's socket has the relay's address and the room as its query", () => {
  expect(roomSocketAddress("wss://relay.example/relay", ROOM))
    .toBe(`wss://relay.example/relay?room=${ROOM}`);
});

test("[RL80] a path names a room or none, and no other query is read", () => {
  expect(parseSocketPath("/relay")).toEqual({ path: "/relay", room: undefined });
  expect(parseSocketPath(`/relay?room=${ROOM}`)).toEqual({ path: "/relay", room: ROOM });
  for (
    const query of [
      "?",
      "?room=",
      `?room=${ROOM}A`,
      `?room=${ROOM.slice(1)}`,
      `?room=${ROOM.slice(1)}=`,
      `?room=${ROOM}&token=abc`,
      `?token=abc&room=${ROOM}`,
      `?Room=${ROOM}`,
      `?room=${ROOM}#`,
      `?room=${ROOM}\n`,
    ]
  ) expect(parseSocketPath(`/relay${query}`), query).toBeUndefined();
});
