/** The production worker with transformers.js and the starter, on the lane most people get. */

import { choiceTokensMin } from "#shared/inference/mod.ts";
import {
  defaultSettings,
  expect,
  reportContract,
  starterProfile,
  starterRequest,
  test,
} from "./engine-fixtures.ts";
import { referenceTexts } from "./starter-references.ts";

const open = { worker: "production", settings: defaultSettings } as const;

test("[IN9] the starter loads with byte progress on a lane that says cpu", async ({ page }) => {
  const { result, progress } = await page.evaluate(([o, profile]) => {
    harness.open(o);
    return harness.load(profile);
  }, [open, starterProfile] as const);
  expect(result).toMatchObject({ ok: true, value: { lane: "cpu", adapter: "", slots: 1 } });
  const downloads = progress.filter(({ phase }) => phase === "downloading");
  expect(downloads.at(-1)?.bytesDone).toBe(downloads.at(-1)?.bytesTotal);
  expect(progress.at(-1)?.phase).toBe("warming-up");
  const probe = await page.evaluate(() => harness.probe());
  expect(probe.ok).toBe(true);
});

test("[IN1] greedy replies in the browser are torch's", async ({ page }) => {
  // The references fill more of the graph's 512 places than the profile offers.
  const profile = { ...starterProfile, contextTokens: 512 };
  await page.evaluate(([o, p]) => {
    harness.open(o);
    return harness.load(p);
  }, [open, profile] as const);
  for (const { prompt, text } of referenceTexts().slice(0, 8)) {
    const request = starterRequest("", {
      segments: [{ key: "all", role: "script", text: prompt }],
      temperature: 0,
      tokensMax: 56,
    });
    const reply = await page.evaluate((r) => harness.generate(r), request);
    expect(reply.outcome).toMatchObject({ kind: "done" });
    expect(reply.text).toBe(text);
  }
});

test("[IN1, IN2, IN3, IN4, IN5, IN6, IN7, IN10, IN13, IN14] the engine contract on cpu", async ({ page }) => {
  const contract = {
    profile: starterProfile,
    template: starterRequest("{ask}"),
    forksPrefix: true,
    continuesText: true,
    constrainsChoice: true,
    constrainsJson: false,
  };
  const report = await page.evaluate(([o, c]) => harness.contract(o, c), [open, contract] as const);
  reportContract("transformers.js on cpu", report);
});

test("[IN10] a fork of the shared prefix says what a whole prefill says", async ({ page }) => {
  const request = starterRequest("what do you think?", { temperature: 0 });
  const joined = request.segments.map(({ text }) => text).join("");
  const whole = { ...request, segments: [{ key: "all", role: "script" as const, text: joined }] };
  const [alone, , forked] = await page.evaluate(async ([o, profile, ...requests]) => {
    harness.open(o);
    await harness.load(profile);
    const replies = [];
    for (const one of requests) replies.push(await harness.generate(one));
    return replies;
  }, [open, starterProfile, whole, starterRequest("and you?"), request] as const);
  expect(forked?.text).toBe(alone?.text);
  expect(forked?.outcome).toMatchObject({ kind: "done" });
  const usage = forked?.outcome.kind === "done" ? forked.outcome.usage : undefined;
  expect(usage?.cachedTokens).toBeGreaterThan(64);
});

const NAMES = ["Ann", "Anna", "Mirko", "Rhoda", "Ulrike", "Dr. Jörg Ö."];

test("[IN13, IN15, IN16] whatever the seed, a reply with choices is one of them", async ({ page }) => {
  const choices = { choices: NAMES, tokensMax: choiceTokensMin(NAMES), stop: ["\n"] };
  const asked = Array.from(
    { length: 20 },
    (_, seed) => starterRequest("who speaks next?", { ...choices, seed, temperature: 1, topP: 1 }),
  );
  const cold = starterRequest("who speaks next?", { ...choices, temperature: 0 });
  const replies = await page.evaluate(async ([o, profile, requests]) => {
    harness.open(o);
    await harness.load(profile);
    const all = [];
    for (const one of requests) all.push(await harness.generate(one));
    return all;
  }, [open, starterProfile, [...asked, asked[0]!, cold, { ...cold, seed: 99 }]] as const);
  for (const { text, outcome } of replies) {
    expect(NAMES).toContain(text);
    expect(outcome).toMatchObject({ kind: "done", finish: "stop" });
    const usage = outcome.kind === "done" ? outcome.usage : undefined;
    expect(usage?.promptTokens).toBeGreaterThan(64);
    expect(usage?.generatedTokens).toBeGreaterThan(0);
  }
  const said = replies.map(({ text }) => text);
  expect(new Set(said.slice(0, asked.length)).size).toBeGreaterThan(1);
  expect(said).toContain("Ann"); // By the end token alone it always becomes Anna.
  expect(said[asked.length]).toBe(said[0]);
  expect(said.at(-1)).toBe(said.at(-2));
});

test("[IN3, IN13] a choice that is cancelled says cancelled, and the next is made", async ({ page }) => {
  // Every word of it is a fork, so that a choice takes a run for each.
  const words = "one two three four five six seven eight nine ten eleven twelve".split(" ");
  const choices = words.map((_, at) => words.slice(0, at + 1).join(" "));
  const tokensMax = choiceTokensMin(choices);
  const request = starterRequest("count!", { choices, tokensMax });
  const [cancelled, whole] = await page.evaluate(async ([o, profile, r]) => {
    harness.open(o);
    await harness.load(profile);
    const first = await harness.generate(r, { abortAtOnce: true });
    return [first, await harness.generate(r)] as const;
  }, [open, starterProfile, request] as const);
  expect(cancelled).toMatchObject({ text: "", outcome: { kind: "cancelled" } });
  expect(choices).toContain(whole.text);
});

test("[IN13] a choice that the tokeniser takes for its own sign is refused", async ({ page }) => {
  const choices = ["Ann", "<|end|>"];
  const request = starterRequest("who?", { choices });
  const reply = await page.evaluate(async ([o, profile, r]) => {
    harness.open(o);
    await harness.load(profile);
    return await harness.generate(r);
  }, [open, starterProfile, request] as const);
  expect(reply.outcome).toMatchObject({
    kind: "failed",
    error: { kind: "request-invalid", field: "choices" },
  });
});

test("[IN2] a worker that vanishes is noticed; the reply ends engine-lost", async ({ page }) => {
  const outcome = await page.evaluate(async ([o, profile, request]) => {
    harness.open(o);
    await harness.load(profile);
    return (await harness.generate(request, { killAfterTexts: 1 })).outcome;
  }, [open, starterProfile, starterRequest("tell")] as const);
  expect(outcome.kind).toBe("engine-lost");
  const exit = await page.evaluate(() => harness.exited());
  expect(exit).toMatchObject({ kind: "failed", reason: { kind: "heartbeat-lost" } });
});

test("[IN3] a cancelled load says cancelled", async ({ page }) => {
  const { result } = await page.evaluate(([o, profile]) => {
    harness.open(o);
    return harness.load(profile, 1);
  }, [open, starterProfile] as const);
  expect(result).toEqual({ ok: false, error: { kind: "cancelled" } });
});

test.describe("[IN11] a damaged model file is refused by name", () => {
  const damages = [
    ["cut short", (body: Buffer) => body.subarray(0, body.length / 2)],
    ["changed in one byte", (body: Buffer) => {
      const changed = Buffer.from(body);
      changed[1000] = (changed[1000] ?? 0) ^ 1;
      return changed;
    }],
  ] as const;
  for (const [title, damage] of damages) {
    test(title, async ({ page }) => {
      await page.route("**/onnx/model.onnx", async (route) => {
        const response = await route.fetch();
        const body = damage(await response.body());
        await route.fulfill({ response, body, headers: { "content-length": `${body.length}` } });
      });
      const { result } = await page.evaluate(([o, profile]) => {
        harness.open(o);
        return harness.load(profile);
      }, [open, starterProfile] as const);
      expect(result).toMatchObject({
        ok: false,
        error: { kind: "wrong-bytes", file: "model.onnx" },
      });
    });
  }
});
