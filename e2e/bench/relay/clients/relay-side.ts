import { createDevice, createRoom, crypto } from "../../../../edge/conformance/room-client.ts";
import { proveAdmission } from "#shared/crypto/mod.ts";
import {
  type Cursor,
  PROTOCOL_VERSION,
  type RelayLimits,
  roomSocketAddress,
} from "#shared/protocol/mod.ts";
import { type RelayPlace, startRelay } from "../../../torture/relay-process.ts";
import { type CreditDue, creditDue } from "#shared/sync/link-credit.ts";
import { clientFrame, type ClientSocket, openWebSocket } from "./client-socket.ts";
import { createMessages, type Join, readNumbers, type Side } from "./side.ts";

const SEQ = Buffer.from('"seq":');
const NUMBER_OF_ENTRIES = Buffer.from('{"seq":');

interface Hello {
  readonly nonce: string;
  readonly now: number;
  readonly limits: RelayLimits;
}

type Device = Awaited<ReturnType<typeof createDevice>>;

/** The product's relay process, as `npm start` runs it on Deno, with SQLite. */
export async function startRelaySide(place: RelayPlace): Promise<Side> {
  const { origin, port, pid, signal, ended } = await startRelay(place);
  const devices: Promise<Device>[] = [];
  const deviceOf = (index: number): Promise<Device> => devices[index] ??= createDevice();
  return {
    ...{ name: "relay", pid, isDurable: true, acknowledges: true, resumes: true },
    createRoom: async () => createJoin(await createRoom(), { origin, port, deviceOf }),
    async stop() {
      signal("SIGKILL");
      await ended;
    },
  };
}

function createJoin(
  room: Awaited<ReturnType<typeof createRoom>>,
  { origin, port, deviceOf }: {
    readonly origin: string;
    readonly port: number;
    readonly deviceOf: (index: number) => Promise<Device>;
  },
): Join {
  const path = roomSocketAddress("/relay", room.roomId);
  return async ({ index, bodyBytes, events, place, keepsPlace = false }) => {
    const device = await deviceOf(index);
    const message = createMessages(bodyBytes, ["", ""]);
    let cursor: Cursor | undefined;
    /** As the product's client acknowledges, but that it counts bodies alone. */
    let due: CreditDue = { entries: 1, bytes: 1 };
    const unacked = { entries: 0, bytes: 0 };
    let onLive = (): void => {};
    let onFail = (_error: unknown): void => {};
    const live = new Promise<void>((resolve, reject) => {
      onLive = resolve;
      onFail = reject;
    });
    live.catch(() => undefined); // Awaited below, once there is a socket.
    const join = async (to: ClientSocket, { nonce, now }: Hello): Promise<void> => {
      const challenge = { relayOrigin: origin, nonce, notAfter: now + 30_000 };
      const proof = await proveAdmission(crypto, room, device, challenge);
      const frame = { t: "join", v: PROTOCOL_VERSION, room: room.roomId, device: device.id, proof };
      to.write(textFrame(JSON.stringify({ ...frame, cursor: place })));
    };
    const onEntries = (text: Buffer): void => {
      if (keepsPlace) cursor = readCursor(text);
      readNumbers(text, (number) => {
        unacked.entries += 1;
        events.onMessage(number);
      });
      unacked.bytes += text.length;
      if (unacked.entries < due.entries && unacked.bytes < due.bytes) return;
      unacked.entries = unacked.bytes = 0;
      socket.write(textFrame(`{"t":"ack","seq":${readLastSeq(text)}}`));
    };
    const onText = (text: Buffer, from: ClientSocket): void => {
      const kind = text.toString("latin1", 6, 8);
      if (kind === "en") return onEntries(text);
      if (kind === "ok") return readNumbers(text, events.onAcked);
      if (kind === "li") return onLive();
      if (kind === "no" || kind === "er") return onFail(new Error(text.toString("utf8")));
      if (kind !== "he") return;
      const hello = JSON.parse(text.toString("utf8")) as Hello;
      due = creditDue(hello.limits);
      join(from, hello).catch(onFail);
    };
    const socket = await openWebSocket({ port, path }, {
      onText,
      onEnd: () => onFail(new Error("The relay ended the socket")),
    });
    await live;
    return {
      send: (number) => socket.write(clientFrame(message(number))),
      place: () => cursor,
      cut: () => socket.cut(),
      get bytesRead() {
        return socket.bytesRead;
      },
      get bytesWritten() {
        return socket.bytesWritten;
      },
    };
  };
}

function textFrame(text: string): Buffer {
  return clientFrame(Buffer.from(text));
}

function readCursor(text: Buffer): Cursor {
  const { epoch, entries, mac } = JSON.parse(text.toString("utf8")) as {
    readonly epoch: string;
    readonly entries: readonly { readonly seq: number }[];
    readonly mac: string;
  };
  return { epoch, seq: entries.at(-1)?.seq ?? 0, mac };
}

/** Of an `entries` frame, whose bodies hold no such text. */
function readLastSeq(text: Buffer): number {
  const at = text.lastIndexOf(NUMBER_OF_ENTRIES) + 1 + SEQ.length;
  return Number.parseInt(text.toString("latin1", at, at + 16), 10);
}
