/**
 * Scores the exported files on held-out names, nouns and card wordings:
 *   node score.mjs [--seed N] [--count 240] [--json FILE] [--files FOLDER]
 * Prints every rate and exits 1 when a target is missed. --json writes prompts, replies and rates.
 */
import { readFile, writeFile } from "node:fs/promises";
import { loadStarter } from "./runtime.mjs";
import { buildItems, judge, missed, tally, TARGETS } from "./scoring.mjs";

const here = new URL(".", import.meta.url).pathname;
const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : process.argv[at + 1];
};
const seed = Number(option("seed", "20"));
const count = Number(option("count", "240"));
const starter = await loadStarter(option("files", `${here}files`));
const held = JSON.parse(await readFile(`${here}heldout.json`, "utf8"));

const judged = [];
const time = { tokens: 0, decode: 0, prompt: 0, prefill: 0 };
for (const item of buildItems(held, seed, count)) {
  const reply = await starter.reply(item.prompt);
  judged.push({ item, reply, facts: judge(held, item, reply) });
  time.tokens += reply.ids.length;
  time.decode += reply.decode;
  time.prompt += reply.promptTokens;
  time.prefill += reply.prefill;
}
const rates = tally(judged);
const misses = missed(rates);
for (const [name, { good, all }] of Object.entries(rates)) {
  const target = TARGETS[name];
  const wanted = target
    ? ` (target ${target.least ? ">=" : "<="} ${
      100 * (target.least ??
        target.most)
    }%)`
    : "";
  console.log(`${name.padEnd(44)} ${good}/${all} = ${(100 * good / all).toFixed(0)}%${wanted}`);
}
console.log(
  `decode ${(time.tokens / time.decode * 1000).toFixed(0)} tokens/s, ` +
    `prefill ${(time.prompt / time.prefill * 1000).toFixed(0)} tokens/s`,
);
console.log(misses.length ? `MISSED: ${misses.join(", ")}` : "all targets met");

const file = option("json");
if (file) {
  const replies = judged.map(({ item, reply, facts }) => ({
    ...item,
    reply: reply.text,
    ended: reply.ended,
    tokens: reply.ids.length,
    facts,
  }));
  await writeFile(file, JSON.stringify({ seed, count, rates, missed: misses, replies }, null, 1));
}
process.exit(misses.length ? 1 : 0);
