/**
 * A relay with clients of wire and paper, for tests: no sockets, no time but the given clock's.
 *
 * The ports come from the test. A client here is raw: it does what it is told, honest or not.
 */

import { assert, type MonotonicMs } from "#shared/base/mod.ts";
import {
  createDeviceKeys,
  createRoomSecret,
  deriveRoom,
  encodeBase64Url,
  proveAdmission,
  readSecretOf,
  type RoomKeys,
} from "#shared/crypto/mod.ts";
import type { Clock, Crypto, Log, SharedRoomKeys } from "#shared/ports/mod.ts";
import {
  type ClientFrame,
  type Cursor,
  decodeServerFrame,
  encodeFrame,
  type RelayEntry,
  type RelayLimits,
  type ServerFrame,
} from "#shared/protocol/mod.ts";
import {
  createRelay,
  type Relay,
  type RelayDeps,
  relayLimits,
  type RelaySocket,
  type SleptSocket,
  type StoreError,
  type Wire,
  type WireFacts,
} from "../relay/mod.ts";
import { MemoryClusterHub } from "../stores/memory-cluster.ts";
import { MemoryRelayStore } from "../stores/memory.ts";

export const ORIGIN = "http://relay.test";

export interface KitPorts {
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly trace: Log;
  /** Lets everything run that is due within `ms`. */
  readonly advance: (ms: number) => Promise<void>;
  readonly shareDue?: RelayDeps["shareDue"];
}

type FrameOf<T extends ServerFrame["t"]> = Extract<ServerFrame, { readonly t: T }>;

/** One raw socket and all that came out of it. */
export class RawClient {
  readonly frames: ServerFrame[] = [];
  readonly texts: string[] = [];
  closeCode: number | undefined;
  buffered = 0;
  isAdmitted = false;
  /** When the platform answered a ping that the relay did not see. */
  heardAt: MonotonicMs | undefined;
  #socket: RelaySocket | undefined;
  #relays = 0;

  attach(relay: Relay, facts: WireFacts = { relayOrigin: ORIGIN }): void {
    this.#socket = relay.accept(this.#newWire(), facts);
  }

  /** The relay is no more and another is to go on with this socket. */
  fallAsleep(): SleptSocket {
    const memo = structuredClone(this.#socket?.memo());
    return { wire: this.#newWire(), facts: { relayOrigin: ORIGIN }, memo };
  }

  /** The relay died: nothing more comes, and nobody hears what is sent. */
  strand(): void {
    this.#relays += 1;
    this.#socket = undefined;
    this.closeCode ??= 1006;
  }

  wakeUp(socket: RelaySocket | undefined): void {
    this.#socket = socket;
  }

  /** What an earlier relay does to its wire is of no effect. */
  #newWire(): Wire {
    this.#relays += 1;
    const relays = this.#relays;
    return {
      send: (text) => relays === this.#relays && this.#take(text),
      close: (code, reason) => {
        assert(new TextEncoder().encode(reason).length <= 123, "A close reason is short");
        if (relays === this.#relays) this.closeCode ??= code;
      },
      bufferedBytes: () => this.buffered,
      admitted: () => this.isAdmitted = true,
      heardAt: () => this.heardAt,
    };
  }

  /** Does nothing once the relay closed the socket, as a platform would. */
  send(frame: ClientFrame | string): void {
    if (this.closeCode !== undefined) return;
    this.#socket?.onText(typeof frame === "string" ? frame : encodeFrame(frame));
  }

  end(isClean: boolean): void {
    this.#socket?.onEnd(isClean);
    this.#socket = undefined;
  }

  of<T extends ServerFrame["t"]>(type: T): readonly FrameOf<T>[] {
    return this.frames.filter((frame): frame is FrameOf<T> => frame.t === type);
  }

  get entries(): readonly RelayEntry[] {
    return this.of("entries").flatMap((frame) => frame.entries);
  }

  /** At the newest entry it got. */
  get cursor(): Cursor | undefined {
    const last = this.of("entries").at(-1);
    const entry = last?.entries.at(-1);
    if (last === undefined || entry === undefined) return undefined;
    return { epoch: last.epoch, seq: entry.seq, mac: last.mac };
  }

  get isOpen(): boolean {
    return this.closeCode === undefined && this.#socket !== undefined;
  }

  get kinds(): readonly string[] {
    return this.frames.map((frame) => frame.t);
  }

  #take(text: string): void {
    this.texts.push(text);
    if (text === "pong") return;
    const decoded = decodeServerFrame(text);
    assert(decoded.ok, `The relay sent what is no frame: ${text.slice(0, 200)}`);
    this.frames.push(decoded.value);
  }
}

interface KitProcess {
  relay: Relay;
  name: string;
  clients: RawClient[];
}

export interface JoinOptions {
  /** Which of the kit's processes, the first unless told. */
  readonly process?: number;
  readonly cursor?: Cursor | undefined;
  readonly access?: "write" | "read";
}

export type RelayKit = Awaited<ReturnType<typeof createRelayKit>>;

/**
 * A relay, one room, and devices by name. `restart` crashes it unless it was closed. With several
 * `processes` they share a store.
 */
export async function createRelayKit(
  ports: KitPorts,
  limits: Partial<RelayLimits> = {},
  processes = 1,
) {
  const { crypto, clock } = ports;
  const defects: unknown[] = [];
  const secret = crypto.randomBytes(32);
  const roomSecret = createRoomSecret(crypto);
  const writer = await deriveRoom(crypto, { access: "write", secret: roomSecret });
  const reader = await deriveRoom(crypto, {
    access: "read",
    secret: await readSecretOf(crypto, roomSecret),
    writePublicKey: writer.writePublicKey,
  });
  const devices = new Map<string, SharedRoomKeys["device"]>();
  let store = new MemoryRelayStore();
  let relay = openRelay();
  let lastEntry = 0;

  function openRelay(own: Partial<RelayDeps> = {}): Relay {
    return createRelay({
      ...{ store, secret, crypto, clock, trace: ports.trace },
      ...(ports.shareDue && { shareDue: ports.shareDue }),
      limits: { ...relayLimits, ...limits },
      onDefect: (error) => defects.push(error),
      ...own,
    });
  }

  const hub = new MemoryClusterHub(store);
  let lastProcess = 0;
  const openProcess = async (): Promise<KitProcess> => {
    lastProcess += 1;
    const name = `process-${lastProcess}`;
    const shared = openRelay(hub.join(name));
    await shared.start(new AbortController().signal);
    return { name, relay: shared, clients: [] };
  };
  const shared: KitProcess[] = [];
  while (processes > 1 && shared.length < processes) shared.push(await openProcess());

  const settle = (): Promise<void> => ports.advance(0);

  const device = async (name: string): Promise<SharedRoomKeys["device"]> => {
    const known = devices.get(name) ?? await createDeviceKeys(crypto);
    devices.set(name, known);
    return known;
  };

  const clients: RawClient[] = [];
  const connect = (facts?: WireFacts, process = 0): RawClient => {
    const client = new RawClient();
    clients.push(client);
    shared[process]?.clients.push(client);
    client.attach(shared[process]?.relay ?? relay, facts);
    return client;
  };

  /** The frame an honest client sends on this socket. */
  const joinFrame = async (
    client: RawClient,
    name: string,
    { cursor, access = "write" }: JoinOptions = {},
    room: RoomKeys = access === "write" ? writer : reader,
  ) => {
    const own = await device(name);
    const nonce = client.of("hello")[0]?.nonce ?? "";
    const notAfter = clock.epochNow() + 30_000;
    const proof = await proveAdmission(crypto, room, own, {
      relayOrigin: ORIGIN,
      nonce,
      notAfter,
    });
    return { t: "join", v: 1, room: room.roomId, device: own.id, proof, cursor } as const;
  };

  const join = async (name: string, options: JoinOptions = {}): Promise<RawClient> => {
    const client = connect(undefined, options.process);
    client.send(await joinFrame(client, name, options));
    await settle();
    return client;
  };

  /** A fresh entry id of 22 characters. */
  const nextId = (): string => {
    lastEntry += 1;
    return `entry-${lastEntry}`.padEnd(22, "_");
  };

  return {
    ...{ crypto, clock, writer, reader, defects, settle, device, connect, joinFrame, join },
    nextId,
    advance: ports.advance,
    get relay() {
      return relay;
    },
    get store() {
      return processes > 1 ? hub.store : store;
    },
    hub,
    /** Kills one of several processes; the others notice, and another takes its place. */
    async killProcess(at: number): Promise<void> {
      const process = shared[at];
      assert(process !== undefined, `Cannot kill process ${at}: there is none`);
      hub.kill(process.name);
      for (const client of process.clients) client.strand();
      hub.giveUp(process.name);
      shared[at] = await openProcess();
      await settle();
    },
    /** The others take it for dead, but it lives on. */
    giveUpProcess: (at: number) => hub.giveUp(shared[at]?.name ?? ""),
    async closeProcess(at: number): Promise<void> {
      await shared[at]?.relay.close();
      shared[at] = await openProcess();
    },
    /** Sends one append and returns its id; `body` is text to be sealed by nobody. */
    append(client: RawClient, body: string, id = nextId(), covers?: number): string {
      const sealed = encodeBase64Url(new TextEncoder().encode(body));
      client.send({ t: "append", id, body: sealed, covers });
      return id;
    },
    async restart(commitsLost = 0): Promise<void> {
      store = store.crash(commitsLost);
      relay = openRelay();
      await relay.start(new AbortController().signal);
      await settle();
    },
    /** Another relay goes on with the open sockets `ms` later; at first its store may fail. */
    async sleep(ms = 0, failure?: StoreError): Promise<void> {
      await relay.rest();
      const open = clients.filter((client) => client.isOpen);
      const slept = open.map((client) => client.fallAsleep());
      const memo = structuredClone(relay.memoOfRoom(writer.roomId));
      store = store.crash(0);
      await ports.advance(ms);
      relay = openRelay();
      const rooms = new Map(memo === undefined ? [] : [[writer.roomId, memo]]);
      store.failWith(failure);
      const woken = relay.resume(slept, rooms);
      for (const [at, client] of open.entries()) client.wakeUp(woken[at]);
      await settle();
      store.failWith(undefined);
      await relay.start(new AbortController().signal);
      await settle();
    },
  };
}
