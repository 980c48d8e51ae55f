import { fc } from "../../testing/properties.ts";
import { expect, test } from "vitest";
import { type Recipe, recipeKinds } from "../../protocol/events.ts";
import { type CastMember, chooseSpeakers, type SpeakerChoice } from "./choose-speakers.ts";
import { offerTurnsMax } from "./recipe-rules.ts";

interface Step {
  readonly kind: "message" | "named" | "follow-up" | "join" | "remove";
  /** Which persona is named or removed, which the director chooses. */
  readonly pick: number;
}

const steps = fc.array(
  fc.record({
    // Mostly messages: only turns that name nobody count.
    kind: fc.constantFrom<Step["kind"]>(
      ...Array<"message">(9).fill("message"),
      "follow-up",
      "named",
      "join",
      "remove",
    ),
    pick: fc.nat(7),
  }),
  { minLength: 10, maxLength: 60 },
);
const recipes = fc.record({
  kind: fc.constantFrom(...recipeKinds.filter((kind) => kind !== "addressed")),
  followUpsMax: fc.constant(0),
  speakersPerTurn: fc.integer({ min: 1, max: 4 }),
  director: fc.constantFrom("p0", "p1", "gone"),
});

/** A room reduced to what recipes read; follows countWaiting of the fold. */
class Talk {
  cast: CastMember[] = [];
  pool: SpeakerChoice["pool"] = undefined;
  turn = 0;
  joined = 0;
  castMax = 0;
  /** Turns that named nobody since each was offered one. */
  readonly waited = new Map<string, number>();
  speakers: readonly string[] = [];
  readonly recipe: Recipe;

  constructor(recipe: Recipe, size: number) {
    this.recipe = recipe;
    for (let index = 0; index < size; index += 1) this.join();
  }

  join(): void {
    this.turn += 1;
    const id = `p${this.joined}`;
    this.joined += 1;
    this.cast.push({ id, waitingSince: this.turn, passedOver: 0, isHosted: true });
    this.waited.set(id, 0);
    this.castMax = Math.max(this.castMax, this.cast.length);
  }

  remove(pick: number): void {
    if (this.cast.length < 2) return;
    const [gone] = this.cast.splice(pick % this.cast.length, 1);
    this.waited.delete(gone?.id ?? "");
  }

  /** One turn of speech, with the vote before it. Returns who has waited too long, or "". */
  open(kind: "message" | "named" | "follow-up", pick: number): string {
    const addressed = kind === "named" ? [this.cast[pick % this.cast.length]?.id ?? ""] : [];
    const speakers = kind === "follow-up" ? this.speakers : [];
    let choice = this.choose(addressed, speakers, undefined);
    if (choice.candidates !== undefined) {
      const { candidates } = choice;
      const speaker = pick === 7 ? undefined : candidates[pick % candidates.length];
      choice = this.choose(addressed, speakers, { candidates, speaker });
    }
    const chosen = choice.chosen.map((one) => one.id);
    if (chosen.length === 0) return ""; // No turn opens.
    const alone = choice.leftOut.filter((one) => one.because === "spoke-alone").map(({ id }) => id);
    this.speakers = chosen;
    this.pool = choice.pool ?? this.pool;
    this.cast = this.cast.map((one) => {
      if (chosen.includes(one.id)) return { ...one, waitingSince: this.turn, passedOver: 0 };
      if (!choice.passedOver.includes(one.id)) return one;
      return { ...one, passedOver: one.passedOver + 1 };
    });
    for (const { id } of this.cast) {
      if (chosen.includes(id)) this.waited.set(id, 0);
      else if (kind !== "named" && !alone.includes(id)) {
        this.waited.set(id, (this.waited.get(id) ?? 0) + 1);
      }
    }
    const bound = offerTurnsMax(this.recipe, this.castMax) ?? Infinity;
    return [...this.waited].find(([, turns]) => turns >= bound)?.[0] ?? "";
  }

  private choose(
    addressed: readonly string[],
    speakers: readonly string[],
    vote: Parameters<typeof chooseSpeakers>[0]["vote"],
  ): SpeakerChoice {
    this.turn += 1;
    const { recipe, cast, turn, pool } = this;
    const choice = chooseSpeakers({
      roomId: "rm",
      recipe,
      cast,
      turn,
      addressed,
      speakers,
      pool,
      vote,
    });
    const told = [...choice.chosen, ...choice.leftOut].map((one) => one.id).sort();
    expect(told.join()).toBe(cast.map((one) => one.id).sort().join()); // RM36
    if (speakers.length === 0) expect(choice.chosen.length).toBeGreaterThan(0);
    return choice;
  }
}

test(
  "[RM30, RM36] whoever joins, leaves, is named or voted for: all are offered within the bound",
  () => {
    fc.assert(
      fc.property(recipes, fc.integer({ min: 1, max: 8 }), steps, (recipe, size, taken) => {
        const talk = new Talk(recipe, size);
        for (const { kind, pick } of taken) {
          if (kind === "join" && talk.cast.length < 8) talk.join();
          else if (kind === "remove") talk.remove(pick);
          else if (kind !== "join" && talk.open(kind, pick) !== "") return false;
        }
        return true;
      }),
      { numRuns: 10_000 },
    );
  },
  60_000,
);

test("[RM30] the bounds are reached: nobody could promise less", () => {
  const longest = (recipe: Recipe, size: number, picks: number): number => {
    const talk = new Talk(recipe, size);
    let waited = 0;
    for (let turn = 0; turn < 200; turn += 1) {
      talk.open("message", picks);
      waited = Math.max(waited, ...talk.waited.values());
    }
    return waited + 1;
  };
  const recipe = (kind: Recipe["kind"]): Recipe => ({ kind, followUpsMax: 0, director: "p0" });
  expect(longest(recipe("panel"), 4, 0)).toBe(offerTurnsMax(recipe("panel"), 4));
  expect(longest(recipe("round-robin"), 4, 0)).toBe(offerTurnsMax(recipe("round-robin"), 4));
  expect(longest(recipe("debate"), 4, 0)).toBe(offerTurnsMax(recipe("debate"), 4));
  const pooled = offerTurnsMax(recipe("pooled"), 4) ?? 0;
  expect(longest(recipe("pooled"), 4, 0)).toBeGreaterThanOrEqual(pooled - 1);
  expect(longest(recipe("pooled"), 4, 0)).toBeLessThanOrEqual(pooled);
  const director = offerTurnsMax(recipe("director"), 4) ?? 0;
  expect(longest(recipe("director"), 4, 0)).toBeGreaterThanOrEqual(director - 1);
  expect(longest(recipe("director"), 4, 0)).toBeLessThanOrEqual(director);
});
