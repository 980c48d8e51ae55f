/**
 * Writes report.md and report/replies.md from report/training.txt and a fresh scoring:
 *   node report.mjs [--seeds 20,21,22]
 * Publishes every scored reply of the first seed, and the chats with Ada and Bo.
 */
import { readFile, writeFile } from "node:fs/promises";
import { loadStarter } from "./runtime.mjs";
import { buildItems, judge, missed, tally } from "./scoring.mjs";
import { ADA, BO, chat, firstLines } from "./talk.mjs";

// What the log alone does not say.
const RUN_NOTE =
  `One run that was stopped and resumed seven times, because changes were made on the way: from
step 1250 the cards carry loss, from step 3000 lookups are drawn more often, from step 4000 helper
heads (\`hints.py\`) ask the hidden states what the line asks, from step 4750 copied words weigh
more, from step 6500 every noun is spelled by letters, from step 9000 more wordings are drawn, from
step 11500 some answers do not repeat a name they were told. All of it stands in the code by step
number, so \`train.py --steps 12700 --seed 1\` makes the same batches; it was not run again from
the start to compare.`;

const here = new URL(".", import.meta.url).pathname;
const at = process.argv.indexOf("--seeds");
const seeds = (at < 0 ? "20,21,22" : process.argv[at + 1]).split(",").map(Number);
const starter = await loadStarter(`${here}files`);
const held = JSON.parse(await readFile(`${here}heldout.json`, "utf8"));
const manifest = JSON.parse(await readFile(`${here}files/manifest.json`, "utf8"));
const log = await readFile(`${here}report/training.txt`, "utf8");

const runs = [];
for (const seed of seeds) {
  const judged = [];
  for (const item of buildItems(held, seed, 240)) {
    const reply = await starter.reply(item.prompt);
    judged.push({ item, reply, facts: judge(held, item, reply) });
  }
  const rates = tally(judged);
  runs.push({ seed, judged, rates, misses: missed(rates) });
}

const names = [...new Set(runs.flatMap((run) => Object.keys(run.rates)))].sort();
const share = (rate) =>
  rate
    ? `${rate.good}/${rate.all} = ${
      Math.round(
        100 * rate.good / rate.all,
      )
    }%`
    : "-";
const table = [
  `| rate | ${seeds.map((s) => `seed ${s}`).join(" | ")} |`,
  `|---|${seeds.map(() => "---|").join("")}`,
  ...names.map((n) => `| ${n} | ${runs.map((run) => share(run.rates[n])).join(" | ")} |`),
];

const cell = (text) => text.replaceAll("|", "/").replaceAll("\n", " ");
const first = await firstLines(starter, ADA, "Neighbour", held.first);
const second = await firstLines(starter, BO, "Mika", held.first);
const lines = await chat(starter, "Neighbour", [
  "Hello!",
  "I am Mika",
  "What do you think of rain?",
  "Ada, do you like roses?",
  "Why?",
  "Bo, tell me a story about a fox",
  "I feel tired today",
  "My dog is called Pip",
  "What should I cook tonight?",
  "Thanks!",
  "What is my name?",
  "What is my dog called?",
  "Bo, who is Ada?",
  "Tea or coffee?",
  "Ada, how do I grow beans?",
  "ok",
  "Tell me a joke about a duck",
  "What is 3 plus 4?",
  "Good night!",
]);

const verdict = ({ facts }) =>
  Object.entries(facts).map(([n, good]) => `${good ? "+" : "-"}${n}`)
    .filter((f) => !/ends|no loop|itself/.test(f) || f.startsWith("-")).join("; ");
const scored = runs[0].judged.map((row) => {
  const script = cell(
    row.item.prompt.split("<|room|>")[1].split("\n<|reply|>")[0]
      .replace("<|cue|>", " » ").replace(/^Here: .*\n/, ""),
  );
  return `- ${script}\n  → **${cell(row.reply.text)}** (${row.item.wording}; ${verdict(row)})`;
});

const chats = [...first, ...second].map((r) =>
  `- ${r.label}: ${cell(r.text)} → ${r.persona}: ${cell(r.reply)}`
);
const misses = runs.map((run) => `seed ${run.seed}: ${run.misses.join(", ") || "none"}`);
const end = [...log.matchAll(/^end: .*$/gm)].at(-1)?.[0] ?? "no end in the log";
await writeFile(
  `${here}report.md`,
  `# Training report of the starter model

Written by \`node report.mjs\`. The limits are in \`README.md\`, every scored reply of seed ${
    seeds[0]
  } in
\`report/replies.md\`, the whole training log in \`report/training.txt\`.

- Data: text generated from the phrase banks in \`corpus/\`, nothing else.
- Model: ${manifest.parameters} parameters, vocabulary ${manifest.vocabulary}.
- Run: ${manifest.steps} steps, ${manifest.tokens} tokens, seed ${manifest.seed}, one core.
- ${cell(end)} ("fresh": reply loss on scenes of another seed).
- Files: ${manifest.files.map((f) => `${f.path} ${f.bytes}`).join(", ")} bytes.

${RUN_NOTE}

## Rates on held-out names, nouns and card wordings

240 prompts a seed, greedy. "new wording" are sentences that training never saw. Missed targets:
${misses.join("; ")}.

${table.join("\n")}

## What people type first, each line alone, to Ada and to Bo

${chats.join("\n")}

## One chat on its own replies: both personas are asked after every line

${lines.map((l) => `- ${cell(l.trim())}`).join("\n")}
`,
);
await writeFile(
  `${here}report/replies.md`,
  `# All scored replies of seed ${seeds[0]}

What was said » the cue, then the reply; + and - are the judged facts.

${scored.join("\n")}
`,
);
for (const run of runs) console.log(`seed ${run.seed}: missed ${run.misses.join(", ") || "none"}`);
