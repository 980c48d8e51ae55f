/** Prompts of one room to the production worker in a real browser: what crosses at the ports. */

import { createHash } from "node:crypto";
import type { PromptSegment } from "#shared/inference/mod.ts";
import {
  defaultSettings,
  expect,
  ROOM_TEXT,
  starterProfile,
  starterRequest,
  test,
} from "./engine-fixtures.ts";

/** The graph has 512 places; the profile offers fewer. */
const profile512 = { ...starterProfile, contextTokens: 512 };
const open = { worker: "production", settings: defaultSettings } as const;

/** Beside the prompt: ids, settings, keys, the names of the runs, the cue and Comlink's frame. */
const FRAME_BYTES_MAX = 600;

const ROOM_LINES = [
  ...ROOM_TEXT.split(/(?<=\n)/),
  "Ulrike: did you see the cat that sleeps under the bench?\n",
  "Mirko: Yes, it is old and grey, and it likes my cup of tea.\n",
  "Rhoda: Very good. I will bring some milk for it next time.\n",
  "Ulrike: and I will bring a cake for the three of us.\n",
];

const NEW_LINES = [
  "Rhoda: I like the old trees too, and the birds that sit in them.\n",
  "Ulrike: then we will meet in the garden on Sunday.\n",
];

function requestWith(lines: readonly string[]) {
  const cue = "<|cue|>Rhoda: a household robot that blinks a lot | for all\n<|reply|>";
  const segments = [...ROOM_LINES, ...lines, cue].map((text): PromptSegment => ({
    key: createHash("sha256").update(text).digest("hex").slice(0, 24),
    role: "script",
    text,
  }));
  return starterRequest("", { segments, temperature: 0 });
}

test("[IN18, IN19] a warm room's next prompt crosses as its new lines, and the model sees it whole", async ({ page }) => {
  const requests = [requestWith([]), requestWith(NEW_LINES)] as const;
  const result = await page.evaluate(async ([o, profile, first, second]) => {
    const posted: { readonly bytes: number; readonly text: string }[] = [];
    const { postMessage } = MessagePort.prototype;
    MessagePort.prototype.postMessage = function (this: MessagePort, ...sent: unknown[]) {
      const text = JSON.stringify(sent[0]);
      posted.push({ bytes: new TextEncoder().encode(text).length, text });
      Reflect.apply(postMessage, this, sent);
    };
    const bytesOf = async (request: typeof first) => {
      posted.length = 0;
      const reply = await harness.generate(request);
      const bytes = posted.filter(({ text }) => text.includes('"key"'))
        .map((message) => message.bytes);
      return { bytes, reply };
    };
    harness.open(o);
    await harness.load(profile);
    const cold = await bytesOf(first);
    const warm = await bytesOf(second);
    await harness.unload();
    await harness.load(profile);
    const dropped = await bytesOf(second);
    harness.open(o);
    await harness.load(profile);
    const alone = await bytesOf(second);
    return { cold, warm, dropped, alone };
  }, [open, profile512, ...requests] as const);
  const { cold, warm, dropped, alone } = result;
  const bytesOf = (lines: readonly string[]) => lines.join("").length; // all of it is ASCII
  expect(cold.bytes).toHaveLength(1);
  expect(cold.bytes[0]).toBeGreaterThan(bytesOf(ROOM_LINES));
  expect(warm.bytes).toHaveLength(1);
  expect(warm.bytes[0]).toBeLessThan(bytesOf(NEW_LINES) + FRAME_BYTES_MAX);
  expect(2 * (warm.bytes[0] ?? 0)).toBeLessThan(cold.bytes[0] ?? 0);
  // Unloaded, the worker dropped its scripts: the packed prompt, then the whole one.
  expect(dropped.bytes).toHaveLength(2);
  for (const { reply } of [warm, dropped]) {
    expect(reply.outcome).toMatchObject({ kind: "done" });
    expect(reply.text).toBe(alone.reply.text);
  }
});
