import { afterAll, beforeAll, describe, expect } from "vitest";
import { check, line, raw } from "./line.ts";
import { frame, opcodes, type RawSocket } from "./raw-socket.ts";
import { createRoom, joinRoom } from "./room-client.ts";
import { type RelayServer, startRelayServer } from "./relay-server.ts";
import { codesOfBrokenFrame } from "./runtime.ts";

const MIB = 2 ** 20;

let server: RelayServer;
beforeAll(async () => {
  // Long enough that no test here is ended by the deadline of the join.
  server = await startRelayServer({ limits: { joinMsMax: 120_000 } });
});
afterAll(async () => {
  await server.end("SIGKILL");
});

async function opened(): Promise<RawSocket> {
  const socket = await raw(server);
  expect(socket.status).toBe(101);
  return socket;
}

/** Sends and expects the code of the close frame. */
async function closesWith(
  codes: readonly (number | undefined)[],
  ...bytes: readonly Buffer[]
): Promise<void> {
  const socket = await opened();
  for (const part of bytes) await socket.write(part);
  expect(codes).toContain(await socket.closeCode());
}

const { text, binary, continuation, close, ping } = opcodes;

describe("[RL68] frames against the rules end their socket", () => {
  line("frames: 64 KiB + 1 -> 1009/4509", async () => {
    const payload = "x".repeat(65_537);
    await closesWith([1009, 4509], frame({ opcode: text, payload }));
    // The size that is promised is enough, and so are two halves that are too much together.
    const half = "x".repeat(32_769);
    await closesWith(
      [1009, 4509],
      frame({ opcode: text, payload: half, isFinal: false }),
      frame({ opcode: continuation, payload: half }),
    );
  });

  line("frames: 65 fragments", async () => {
    const parts = Array.from({ length: 65 }, (_, index) =>
      frame({
        opcode: index === 0 ? text : continuation,
        payload: "x",
        isFinal: index === 64,
      }));
    await closesWith([1008, 1009], Buffer.concat(parts));
  });

  line("frames: 1-byte fragments x 10^6", async () => {
    const socket = await opened();
    await socket.write(frame({ opcode: text, payload: "x", isFinal: false }));
    const many = Buffer.concat(
      Array.from(
        { length: 10_000 },
        () => frame({ opcode: continuation, payload: "x", isFinal: false }),
      ),
    );
    let sent = 0;
    while (sent < 100 && !socket.isGone()) {
      await socket.write(many);
      sent += 1;
    }
    expect([1008, 1009, undefined]).toContain(await socket.closeCode());
    await isAlive();
  });

  line("frames: never-ending fragment", async () => {
    const socket = await opened();
    // Its head says 2^40 bytes; nothing has to arrive for the refusal.
    const head = Buffer.from([0x01, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    await socket.write(head);
    expect(await socket.closeCode()).toBe(1009);
    // Control frames between fragments do not keep an unfinished message alive for ever.
    const dripping = await opened();
    const part = Buffer.concat([
      frame({ opcode: continuation, payload: "x".repeat(1_000), isFinal: false }),
      frame({ opcode: ping, payload: "" }),
    ]);
    await dripping.write(frame({ opcode: text, payload: "", isFinal: false }));
    for (let sent = 0; sent < 100 && !dripping.isGone(); sent += 1) await dripping.write(part);
    expect([1008, 1009, 4509]).toContain(await dripping.closeCode());
  });

  line("frames: invalid UTF-8", async () => {
    const wrong = [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc0, 0xaf]];
    for (const bytes of wrong) {
      await closesWith(
        codesOfBrokenFrame(1007),
        frame({ opcode: text, payload: Uint8Array.from(bytes) }),
      );
    }
  });

  line("frames: unmasked client frame", async () => {
    await closesWith(
      codesOfBrokenFrame(1002),
      frame({ opcode: text, payload: "ping", isMasked: false }),
    );
  });

  line("frames: reserved bits", async () => {
    for (const reserved of [1, 2, 4, 7]) {
      await closesWith(
        codesOfBrokenFrame(1002),
        frame({ opcode: text, payload: "ping", reserved }),
      );
    }
    for (const opcode of [3, 7, 11, 15]) {
      await closesWith(codesOfBrokenFrame(1002), frame({ opcode, payload: "" }));
    }
  });

  line("frames: control frame > 125 B", async () => {
    await closesWith(codesOfBrokenFrame(1002), frame({ opcode: ping, payload: "x".repeat(126) }));
    await closesWith(
      codesOfBrokenFrame(1002),
      frame({ opcode: ping, payload: "x", isFinal: false }),
    );
  });

  line("frames: close code 1005/1006/1015 on the wire", async () => {
    for (const code of [1005, 1006, 1015, 0, 999, 1004, 1016, 2999, 5000]) {
      const payload = Buffer.from([code >> 8, code & 0xff]);
      await closesWith(codesOfBrokenFrame(1002), frame({ opcode: close, payload }));
    }
    await closesWith(codesOfBrokenFrame(1002), frame({ opcode: close, payload: Uint8Array.of(3) }));
  });

  line("frames: close reason > 123 B", async () => {
    const payload = Buffer.concat([Buffer.from([0x03, 0xe8]), Buffer.from("x".repeat(124))]);
    await closesWith(codesOfBrokenFrame(1002), frame({ opcode: close, payload }));
    const fits = Buffer.concat([Buffer.from([0x03, 0xe8]), Buffer.from("x".repeat(123))]);
    await closesWith([1000], frame({ opcode: close, payload: fits }));
  });
});

describe("[RL68] what is just allowed", () => {
  check("[RL68] a message of 64 KiB and one of 64 fragments are taken", async () => {
    const joined = await joinRoom(server, await createRoom());
    const text = JSON.stringify({ t: "unheard-of", pad: "" });
    joined.sendText(text.replace('""', `"${"x".repeat(65_536 - text.length)}"`));
    expect((await joined.next("error")).code).toBe("frame-unknown");
    joined.terminate();

    const socket = await opened();
    expect((await socket.next())?.payload.toString()).toContain('"hello"');
    const letters = ["p", "i", "n", "g", ...Array.from({ length: 60 }, () => "")];
    const parts = letters.map((payload, index) =>
      frame({ opcode: index === 0 ? opcodes.text : continuation, payload, isFinal: index === 63 })
    );
    await socket.write(Buffer.concat(parts));
    expect((await socket.next())?.payload.toString()).toBe("pong");
  });
});

describe("[RL69] a binary message", () => {
  check("[RL69] ends its socket with 4500", async () => {
    await closesWith([4500], frame({ opcode: binary, payload: "ping" }));
  });
});

describe("[RL70] memory stays bounded", () => {
  line("frames: 192 MiB in 12 fragments (the Deno case)", async () => {
    const before = server.residentBytes();
    const socket = await opened();
    const piece = Buffer.alloc(16 * MIB);
    let peak = before ?? 0;
    for (let index = 0; index < 12 && !socket.isGone(); index += 1) {
      await socket.write(
        frame({ opcode: index === 0 ? text : continuation, payload: piece, isFinal: index === 11 }),
      );
      peak = Math.max(peak, server.residentBytes() ?? 0);
    }
    expect([1009, undefined]).toContain(await socket.closeCode());
    peak = Math.max(peak, server.residentBytes() ?? 0);
    if (before !== undefined) expect((peak - before) / MIB).toBeLessThan(48);
    await isAlive();
  }, 60_000);

  check("[RL70] a flood of pings that nobody reads the pongs of is not kept", async () => {
    const before = server.residentBytes();
    const socket = await opened();
    socket.stopReading();
    const pings = Buffer.concat(
      Array.from({ length: 5_000 }, () => frame({ opcode: ping, payload: "x".repeat(125) })),
    );
    let peak = before ?? 0;
    for (let sent = 0; sent < 100 && !socket.isGone(); sent += 1) {
      await socket.write(pings);
      peak = Math.max(peak, server.residentBytes() ?? 0);
    }
    if (before !== undefined) expect((peak - before) / MIB).toBeLessThan(48);
    await isAlive();
  }, 60_000);
});

/** Others are served as before. */
async function isAlive(): Promise<void> {
  expect((await fetch(`${server.origin}/healthz`)).status).toBe(200);
  expect((await opened()).status).toBe(101);
}
