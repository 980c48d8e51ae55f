/**
 * An honest client as a checker: it believes what the protocol promises and throws when it is lied
 * to. Invariants are those of shared/design (relay.md D3).
 */

import { assert } from "#shared/base/mod.ts";
import type { Cursor, RelayEntry, RelayLimits, ServerFrame } from "#shared/protocol/mod.ts";
import type { RawClient } from "./relay-kit.ts";

/** What an (epoch, seq) names; shared by all clients of a run. */
export type Truth = Map<string, string>;

const textOf = (entry: RelayEntry): string => `${entry.id} ${entry.from} ${entry.body}`;

export interface Acknowledged {
  readonly epoch: string;
  readonly seq: number;
  readonly ts: number;
}

/** What one device has seen; it outlives its sockets. */
export class ModelClient {
  socket: RawClient | undefined;
  epoch = "";
  cursor: Cursor | undefined;
  isLive = false;
  /** By seq, of the present epoch. */
  readonly view = new Map<number, RelayEntry>();
  readonly acknowledged = new Map<string, Acknowledged>();
  /** Bodies by id of what it sent and does not know to be in the log, in the order first sent. */
  readonly #unanswered = new Map<string, string>();
  /** Of them, what this socket's relay refused for now. */
  readonly #refused = new Set<string>();
  #isNew = true;
  #taken = 0;
  #expected = 1;
  #head = 0;
  #acked = 0;
  readonly #truth: Truth;
  readonly #limits: RelayLimits;

  constructor(truth: Truth, limits: RelayLimits) {
    this.#truth = truth;
    this.#limits = limits;
  }

  use(socket: RawClient): void {
    this.socket = socket;
    this.isLive = false;
    this.#taken = 0;
    this.#isNew = true;
    this.#refused.clear();
  }

  /**
   * Appends as a client does that has many under way and keeps their order: on a new socket, and
   * once all that is under way was refused, what has no answer goes first. Says whether it sent.
   */
  append(id: string, body: string, covers?: number): boolean {
    const { socket } = this;
    const isJoined = socket !== undefined && socket.of("joined").length > 0;
    const isWaiting = this.#refused.size > 0 && this.#refused.size < this.#unanswered.size;
    // Frames before `joined` would end the socket.
    if (!isJoined || (isWaiting && !this.#isNew)) return false;
    if (this.#isNew || this.#refused.size > 0) {
      for (const [one, text] of this.#unanswered) socket.send({ t: "append", id: one, body: text });
    }
    this.#isNew = false;
    this.#refused.clear();
    this.#unanswered.set(id, body);
    socket.send({ t: "append", id, body, covers });
    return true;
  }

  drop(): void {
    this.socket = undefined;
    this.isLive = false;
  }

  get newestSeq(): number {
    return this.#expected - 1;
  }

  /** Takes in what arrived; `floorNow` is the log's floor at this moment. */
  look(floorNow: number): void {
    const { socket } = this;
    if (socket === undefined) return;
    for (const frame of socket.frames.slice(this.#taken)) this.#take(frame, floorNow);
    this.#taken = socket.frames.length;
    if (socket.closeCode !== undefined) this.drop();
  }

  ack(upTo = this.newestSeq): void {
    if (this.socket === undefined || upTo <= this.#acked) return;
    this.#acked = upTo;
    this.socket.send({ t: "ack", seq: upTo });
  }

  #take(frame: ServerFrame, floorNow: number): void {
    switch (frame.t) {
      case "joined": {
        if (!frame.recovered) {
          this.view.clear();
          this.cursor = undefined; // It named a place that is not held any more.
          this.#expected = frame.floor;
          // What was trimmed is not known any more: it would come anew, behind what came after it.
          if (frame.floor > 1) this.#unanswered.clear();
        } else assert(frame.epoch === this.epoch, "I7 recovered names the epoch of the cursor");
        this.epoch = frame.epoch;
        this.#head = frame.head;
        this.#acked = this.#expected - 1;
        return;
      }
      case "entries":
        assert(frame.replay === !this.isLive, "I6 replay is marked until live");
        assert(frame.epoch === this.epoch, "I5 entries are of the epoch that was joined");
        for (const entry of frame.entries) this.#takeEntry(entry);
        this.cursor = { epoch: frame.epoch, seq: this.newestSeq, mac: frame.mac };
        return this.#checkWindow();
      case "live":
        assert(this.newestSeq >= this.#head, "I6 live comes behind the head at joining");
        this.isLive = true;
        return;
      case "ok":
        return this.#takeOk(frame, floorNow);
      case "no":
        if (frame.retry) this.#refused.add(frame.id);
        else this.#unanswered.delete(frame.id);
        return;
      default:
        return;
    }
  }

  #takeEntry(entry: RelayEntry): void {
    assert(entry.seq === this.#expected, `I1 seq ${entry.seq} came, ${this.#expected} was next`);
    this.#expected += 1;
    const place = `${this.epoch} ${entry.seq}`;
    const known = this.#truth.get(place);
    assert(known === undefined || known === textOf(entry), `I2 ${place} named something else`);
    this.#truth.set(place, textOf(entry));
    this.view.set(entry.seq, entry);
    this.#forget(entry.id);
  }

  #forget(id: string): void {
    this.#unanswered.delete(id);
    this.#refused.delete(id);
  }

  #takeOk(frame: ServerFrame & { readonly t: "ok" }, floorNow: number): void {
    const { id, seq, ts } = frame;
    this.#forget(id);
    const first = this.acknowledged.get(id);
    // A trimmed entry is not remembered: its id is a new one to the log.
    if (first !== undefined && first.epoch === this.epoch && first.seq >= floorNow) {
      assert(first.seq === seq && first.ts === ts, `I18 ${id} was answered ${first.seq}`);
      assert(frame.dup, `I18 a repeat of ${id} is called one`);
    }
    this.acknowledged.set(id, { epoch: this.epoch, seq, ts });
  }

  #checkWindow(): void {
    const open = [...this.view.values()].filter((entry) => entry.seq > this.#acked);
    const bytes = open.reduce((sum, entry) => sum + entry.body.length, 0);
    assert(open.length <= this.#limits.windowEntriesMax, `I14 ${open.length} entries are open`);
    assert(bytes <= this.#limits.windowBytesMax, `I14 ${bytes} bytes are open`);
  }
}
