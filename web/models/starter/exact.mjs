/**
 * Checks that the exported files give torch's greedy tokens: `node exact.mjs [FOLDER]`.
 * Compares every row of reference.json (written by export.py) and exits 1 on any difference.
 */
import { readFile } from "node:fs/promises";
import { loadStarter } from "./runtime.mjs";

const here = new URL(".", import.meta.url).pathname;
const starter = await loadStarter(process.argv[2] ?? `${here}files`);
const rows = JSON.parse(await readFile(`${here}reference.json`, "utf8"));
let ids = 0;
let same = 0;
let long = 0;
const time = { tokens: 0, decode: 0, prompt: 0, prefill: 0 };
for (const row of rows) {
  ids += JSON.stringify(starter.encode(row.prompt)) === JSON.stringify(row.ids);
  const reply = await starter.reply(row.ids);
  same += JSON.stringify(reply.ids) === JSON.stringify(row.greedy) && reply.ended === row.ended;
  long += row.ids.length >= 64;
  time.tokens += reply.ids.length;
  time.decode += reply.decode;
  time.prompt += reply.promptTokens;
  time.prefill += reply.prefill;
}
console.log(
  `${rows.length} prompts (${long} of 64 tokens or more): ` +
    `same prompt ids ${ids}, same greedy tokens ${same}`,
);
console.log(
  `decode ${(time.tokens / time.decode * 1000).toFixed(0)} tokens/s, ` +
    `prefill ${(time.prompt / time.prefill * 1000).toFixed(0)} tokens/s`,
);
process.exit(same === rows.length && ids === rows.length ? 0 : 1);
