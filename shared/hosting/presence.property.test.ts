import { fc } from "../testing/properties.ts";
import { expect, test } from "vitest";
import { extractedLines } from "./sessions/private-jobs.ts";
import { layoutDecide, layoutPrivate } from "../personas/layout-private.ts";
import { layoutVote } from "../personas/layout-vote.ts";
import { type Layout, layoutPrompt } from "../personas/layout.ts";
import type { RoomState } from "../room/room-state.ts";
import { RecordingLog } from "../testing/fakes/recording-log.ts";
import { ME, type RoomScript, roomScript } from "../testing/fakes/room-script.ts";
import { privateWindow, promptWindow } from "./prompt-window.ts";
import { createRoomRecall } from "./room-recall.ts";
import type { RoomSummary } from "./room-summaries.ts";
import { foldDue, readSummary } from "./sessions/fold-job.ts";
import { foldsFor } from "./sessions/prompt-maker.ts";
import { isScripted } from "./sessions/room-script.ts";
import { createRoomReader } from "./sessions/room-reader.ts";

const never = new AbortController().signal;
const CAST = ["a", "b", "c"] as const;

type Step =
  | "say"
  | "reply"
  | "again"
  | "edit"
  | "pick"
  | "rewind"
  | "settle"
  | "join"
  | "leave"
  | "on"
  | "off";
const step = fc.tuple(
  fc.constantFrom<Step>(
    ...["say", "say", "say", "settle", "settle", "settle", "again", "edit", "pick"] as const,
    ...["reply", "reply"] as const,
    ...["rewind", "join", "leave", "on", "off"] as const,
  ),
  fc.nat(20),
);

/** A history, and beside it, told by itself, who was there when each word was said. */
class Told {
  readonly room: RoomScript = roomScript(undefined, ["a", "b"]);
  /** Who may know a word; every word is said once. */
  readonly knowers = new Map<string, Set<string>>();
  readonly cast = new Set<string>(["a", "b"]);
  #isOn = false;
  #words = 0;

  #word(): string {
    this.#words += 1;
    const word = `kq${this.#words}xz`;
    this.knowers.set(word, new Set(this.#isOn ? this.cast : CAST));
    return word;
  }

  take(kind: Step, pick: number): void {
    const { room } = this;
    const state = room.state();
    const own = state.messages.filter((one) => one.kind === "person" && !one.aside);
    const entries = [...state.turns.values()].flatMap((turn) =>
      turn.entries.map((entry) => ({ turn: turn.turn, entry }))
    );
    const entry = entries[pick % Math.max(1, entries.length)];
    const persona = CAST[pick % CAST.length] ?? "a";
    switch (kind) {
      case "say":
        return void room.say(`I say ${this.#word()}`);
      case "reply": {
        const replyTo = state.messages[pick % Math.max(1, state.messages.length)]?.seq;
        const text = `I answer ${this.#word()}`;
        return void room.add({ kind: "say", text, addressed: [], replyTo });
      }
      case "settle": {
        const open = entries.filter((one) => one.entry.settled === undefined);
        const one = open[pick % Math.max(1, open.length)];
        if (one !== undefined) room.settle(one.turn, one.entry.persona, `so ${this.#word()}`);
        return;
      }
      case "again":
        if (entry) room.add({ kind: "again", turn: entry.turn, persona: entry.entry.persona });
        return;
      case "pick": {
        // Picking says an old word anew: whoever is there now knows it, and only they.
        const attempts = entry?.entry.attempts.filter(({ outcome }) => outcome.kind === "replied");
        const attempt = attempts?.[pick % Math.max(1, attempts.length)];
        if (entry === undefined || attempt?.outcome.kind !== "replied") return;
        const { turn } = entry;
        room.add({ kind: "pick", turn, persona: attempt.persona, attempt: attempt.attempt });
        const word = attempt.outcome.text.slice("so ".length);
        const isShown = room.state().messages.some((one) =>
          one.turn === turn && one.author === attempt.persona
        );
        if (isShown) this.knowers.set(word, new Set(this.#isOn ? this.cast : CAST));
        return;
      }
      case "edit": {
        const message = own[pick % Math.max(1, own.length)];
        if (message) room.add({ kind: "edit", of: message.seq, text: `I mean ${this.#word()}` });
        return;
      }
      case "rewind": {
        const visible = state.messages.filter((one) => !one.aside);
        const to = visible[pick % Math.max(1, visible.length)]?.seq;
        const expected = visible.at(-1)?.seq;
        if (to !== undefined && expected !== undefined) {
          room.add({ kind: "rewind", to, expect: expected });
        }
        return;
      }
      case "join":
        if (this.cast.has(persona)) return;
        this.cast.add(persona);
        room.persona(persona);
        return void room.add({ kind: "assign", persona });
      case "leave": {
        const known = state.personas.get(persona);
        if (known === undefined || !this.cast.delete(persona)) return;
        const { card, requirement, hosts } = known;
        room.add({ kind: "persona", persona, card, requirement, hosts, removed: true });
        return;
      }
      case "on":
        if (!this.#isOn) { for (const word of this.knowers.keys()) this.#allOf(word, this.cast); }
        this.#isOn = true;
        return void room.add({ kind: "knowledge", scope: "present" });
      case "off":
        for (const word of this.knowers.keys()) this.#allOf(word, new Set(CAST));
        this.#isOn = false;
        return void room.add({ kind: "knowledge", scope: "everyone" });
    }
  }

  #allOf(word: string, who: ReadonlySet<string>): void {
    this.knowers.set(word, new Set(who));
  }

  secretsOf(persona: string): readonly string[] {
    return [...this.knowers].flatMap(([word, who]) => who.has(persona) ? [] : [word]);
  }
}

const textOf = (layout: Layout): string => layout.segments.map(({ text }) => text).join("");

/** Summaries that tell every word, of what each persona heard. */
function summariesOf(state: RoomState): readonly RoomSummary[] {
  return CAST.flatMap((persona) => {
    const due = foldDue(state, persona, [], 30);
    const told = due?.request.lines.map((line) => line.text).join(" ") ?? "";
    const made = due && readSummary(due, told);
    return made === undefined ? [] : [made];
  });
}

/** Everything that a model or a tool reads for this persona. */
async function readingOf(state: RoomState, persona: string): Promise<readonly string[]> {
  const summaries = summariesOf(state);
  const texts: string[] = [];
  const recall = createRoomRecall(new RecordingLog());
  const question = { tools: [], problem: undefined };
  for (const format of ["chat", "starter-script"] as const) {
    for (const { turn, entries } of state.turns.values()) {
      if (!entries.some((entry) => entry.persona === persona)) continue;
      for (const tokensMax of [300, 340, 2_000]) {
        const place = { turn, persona, format, tokensMax };
        const read = await recall.find(state, place, never);
        const recalled = read?.(state, tokensMax);
        const bare = promptWindow(state, turn, persona, format, tokensMax, recalled);
        if (bare === undefined) continue;
        const folds = foldsFor(summaries, state, { turn, persona }, bare);
        const window = { ...bare, folds };
        texts.push(
          textOf(layoutPrompt(window)),
          textOf(layoutVote(window, ["A", "B"])),
          textOf(layoutDecide(window, question)),
        );
      }
    }
    const bare = privateWindow(state, persona, format, 400);
    const work = { kind: "wake" } as const;
    const folds = bare && foldsFor(summaries, state, { turn: 0, persona, work }, bare);
    const own = bare && { ...bare, folds };
    const task = { summary: undefined, history: [], task: { from: "A person", text: "Think" } };
    if (own !== undefined) {
      texts.push(textOf(layoutPrivate({ ...own, privately: task })));
      texts.push(textOf(layoutDecide({ ...own, privately: task }, question)));
    }
  }
  texts.push(...extractedLines(state, persona, -Infinity, Infinity).map((line) => line.text));
  const reader = createRoomReader(() => state, recall);
  const asker = { roomId: state.roomId, session: `${persona}~1` };
  const before = await reader.before(asker, state.head + 1, 500, never);
  const found = await reader.search(asker, "say answer mean so kq1xz kq2xz", 500, never);
  for (const lines of [before, found]) {
    if (lines.ok) texts.push(...lines.value.map((line) => line.text));
  }
  return texts;
}

test("[RM41] [RM42] a word that a persona did not hear is in nothing that is read for her", async () => {
  let secrets = 0;
  let heard = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 40 }), async (steps) => {
      const told = new Told();
      told.take("on", 0);
      for (const [kind, pick] of steps) told.take(kind, pick);
      const state = told.room.state();
      for (const persona of CAST) {
        const reading = (await readingOf(state, persona)).join("\n");
        for (const secret of told.secretsOf(persona)) expect(reading).not.toContain(secret);
        secrets += told.secretsOf(persona).length;
        heard += [...told.knowers.keys()].filter((word) => reading.includes(word)).length;
      }
    }),
    { numRuns: 100 },
  );
  expect(secrets).toBeGreaterThan(100);
  expect(heard).toBeGreaterThan(100);
});

test("[RM40] off is as it was: everybody knows everything, and the state has no trace of it", () => {
  const room = roomScript(undefined, ["a"]);
  room.say("the word is kq1xz");
  room.persona("b");
  room.add({ kind: "assign", persona: "b" });
  const turn = room.say("and now?");
  const prompt = () => {
    const window = promptWindow(room.state(), turn, "b", "chat", 2_000);
    return window === undefined ? "" : textOf(layoutPrompt(window));
  };
  expect(prompt()).toContain("kq1xz");
  expect(Object.keys(room.state())).not.toContain("presence");
  room.add({ kind: "knowledge", scope: "present" });
  expect(prompt(), "who is there when it begins has heard what was before").toContain("kq1xz");
  room.add({ kind: "knowledge", scope: "everyone" });
  expect(Object.keys(room.state())).not.toContain("presence");
});

test("[HO172] [RM40] a room whose personas know what they heard has no script of the whole room", () => {
  const room = roomScript();
  const scripted = () => {
    const input = { persona: "a" } as const;
    const model = { promptLayout: "shared-script" } as const;
    return isScripted(room.state(), model, { promptFormat: "chat" }, input);
  };
  expect(scripted()).toBe(true);
  room.add({ kind: "knowledge", scope: "present" }, ME);
  expect(scripted()).toBe(false);
});
