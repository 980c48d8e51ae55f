import { expect, test } from "vitest";
import { closeCodes } from "#shared/protocol/mod.ts";
import { createBrowserTransport, type WebSocketLike } from "./browser-socket.ts";

class ScriptedWebSocket implements WebSocketLike {
  binaryType = "blob";
  bufferedAmount = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly did: string[] = [];
  send(text: string): void {
    this.did.push(`send ${text}`);
  }
  close(code: number, reason: string): void {
    this.did.push(`close ${code} ${reason}`);
  }
}

function setup() {
  const wire = new ScriptedWebSocket();
  const heard: string[] = [];
  const stop = new AbortController();
  const transport = createBrowserTransport({ frameCharsMax: 8, open: () => wire });
  const connecting = transport.connect("wss://relay.example/relay", {
    onText: (text) => heard.push(text),
    onEnd: ({ code, reason }) => heard.push(`end ${code} ${reason}`),
  }, stop.signal);
  const opened = async () => {
    wire.onopen?.();
    return await connecting;
  };
  return { wire, heard, stop, connecting, opened };
}

test("[SY86] text goes both ways until the relay closes; the end is told once", async () => {
  const { wire, heard, opened } = setup();
  const socket = await opened();
  socket.send("hello");
  wire.bufferedAmount = 5;
  wire.onmessage?.({ data: "hi" });
  const { onclose, onmessage } = wire;
  onclose?.({ code: 4001, reason: "restarting" });
  onclose?.({ code: 1006, reason: "" });
  onmessage?.({ data: "late" });
  socket.send("late");
  socket.close(1000, "late");
  expect(heard).toEqual(["hi", "end 4001 restarting"]);
  expect([wire.did, socket.bufferedBytes()]).toEqual([["send hello"], 5]);
});

test("[SY86] a connection that never opens rejects and ends", async () => {
  const { wire, heard, connecting } = setup();
  wire.onclose?.({ code: 1006, reason: "" });
  await expect(connecting).rejects.toThrow("1006");
  expect(heard).toEqual(["end 1006 "]);
});

test("[SY86] a URL that the browser refuses rejects and ends", async () => {
  const heard: number[] = [];
  const transport = createBrowserTransport({
    frameCharsMax: 8,
    open() {
      throw new SyntaxError("no URL");
    },
  });
  const events = {
    onText: () => undefined,
    onEnd: ({ code }: { code: number }) => heard.push(code),
  };
  await expect(transport.connect("::", events, new AbortController().signal)).rejects
    .toThrow("no URL");
  expect(heard).toEqual([1006]);
});

test("[SY87] binary and oversize messages end the socket", async () => {
  for (
    const [data, code] of [
      [new ArrayBuffer(1), closeCodes.badFrame],
      ["123456789", closeCodes.tooBig],
    ] as const
  ) {
    const { wire, heard, opened } = setup();
    await opened();
    wire.onmessage?.({ data: "12345678" });
    const { onmessage } = wire;
    onmessage?.({ data });
    onmessage?.({ data: "after" });
    expect(heard).toEqual(["12345678", expect.stringContaining(`end ${code}`)]);
    expect(wire.did).toEqual([expect.stringContaining(`close ${code}`)]);
  }
});

test("[SY88] aborting ends a socket that still opens, and leaves an open one to its owner", async () => {
  const open = setup();
  const socket = await open.opened();
  open.stop.abort("enough");
  expect([open.heard, open.wire.did]).toEqual([[], []]);
  socket.close(1000, "bye");
  expect([open.heard, open.wire.did]).toEqual([["end 1000 bye"], ["close 1000 bye"]]);

  const opening = setup();
  opening.stop.abort("enough");
  await expect(opening.connecting).rejects.toBe("enough");
  opening.wire.onopen?.();
  expect([opening.heard, opening.wire.did]).toEqual([["end 1000 aborted"], ["close 1000 aborted"]]);

  const never = createBrowserTransport({ frameCharsMax: 8 });
  const events = { onText: () => undefined, onEnd: () => undefined };
  await expect(never.connect("wss://x", events, AbortSignal.abort("before"))).rejects
    .toBe("before");
});
