// The house rules that no compiler checks. Each failure names the file and the way out.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { parseSync } from "vite";
import { expect, test } from "vitest";

/** A folder may import its own files and folders of an earlier layer, never its own layer. */
const LAYERS: readonly (readonly string[])[] = [
  ["base"],
  ["ports"],
  ["protocol", "crypto", "inference"],
  ["room", "planning", "ledger", "personas", "supervision", "memory", "sync"],
  ["turns", "session", "endpoints"],
  ["hosting"],
];

/** Arrows inside one layer that a decision record allows: "from -> to": its number. */
const ARROWS_BY_DECISION: Readonly<Record<string, string>> = {
  "crypto -> protocol": "0012",
  "sync -> room": "0015",
};

/** npm packages that only the named folders or files may import. */
const PACKAGE_FENCES: Readonly<Record<string, readonly string[]>> = {
  "@mlc-ai/web-llm": ["web/worker/", "e2e/"],
  "@wllama/wllama": ["web/worker/", "e2e/"],
  "@huggingface/transformers": ["web/worker/", "web/models/starter/", "e2e/"],
  "@huggingface/tokenizers": ["web/models/starter/", "edge/host/engines/starter/"],
  "onnxruntime-web": [
    ...["web/worker/", "web/models/starter/", "edge/host/engines/starter/", "e2e/"],
  ],
  "comlink": ["web/worker/", "web/adapters/"],
  "idb": ["web/adapters/"],
  "hono": ["edge/http/", "edge/platform/"],
  "@hono/node-server": ["edge/platform/"],
  "@cloudflare/workers-types": [
    ...["edge/platform/cloudflare/", "edge/stores/durable-object.ts", "edge/conformance/workerd/"],
  ],
  "socket.io": ["e2e/bench/relay/"],
  "ws": ["edge/platform/", "edge/host/", "edge/conformance/", "e2e/"],
  "preact": ["web/app/", "web/main.ts", "e2e/"],
  "@preact/signals": ["web/app/", "web/client/", "web/main.ts", "e2e/"],
  "valibot": [
    ...["shared/protocol/", "shared/session/log/"],
    ...["web/adapters/", "edge/stores/", "edge/host/config/"],
  ],
  "@noble/hashes": ["shared/base/"],
  "minisearch": ["shared/memory/"],
  "fast-check": ["shared/testing/properties.ts"],
  "fflate": ["shared/personas/cards/"],
  "uqr": ["web/app/invite/"],
  "jsqr": ["web/app/invite/", "e2e/"],
};

/** What the core must not name, and what to use instead. */
const AMBIENT: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/, "ports/clock.ts"],
  [/\bset(Timeout|Interval|Immediate)\(|\bAbortSignal\.timeout\(/, "Clock.sleep"],
  [/\bMath\.random\(|\brandomUUID\(|\bgetRandomValues\(/, "ports/random.ts"],
  [/\bconsole\./, "ports/log.ts"],
];

/** Files that are the port's real thing, by decision record: path: what they may name. */
const AMBIENT_BY_DECISION: Readonly<Record<string, string>> = {
  // 0012: WebCrypto is one platform for browsers, Node, Deno and workerd.
  "shared/crypto/web-crypto.ts": "ports/random.ts",
};

/** What a test must not do, and why. */
const TEST_HABITS: readonly (readonly [RegExp, string])[] = [
  [/\bvi\.(mock|doMock|spyOn)\(/, "pass a fake that keeps the port's contract"],
  [/\bwaitForTimeout\(/, "wait for what the test needs to see"],
  [/\b(test|it|describe)\.only\(/, "remove .only"],
];

const CODE_LINES_MAX = 400;
const TEST_LINES_MAX = 600;
const LINE_COLUMNS_MAX = 100;
const FUNCTION_LINES_MAX = 70;

interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** The text with comments blanked out, line breaks kept. */
  readonly code: string;
  readonly imports: readonly string[];
  readonly isTest: boolean;
  readonly isGenerated: boolean;
}

const TREES = ["shared", "web", "edge", "e2e"];
const SKIPPED_FOLDERS = /^(node_modules|dist|\.git|\.cache|test-results|playwright-report)$/;

function listFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED_FOLDERS.test(entry.name) ? [] : listFiles(path);
    return entry.isFile() ? [path] : [];
  });
}

/** Blanks comments; strings stay. Good enough for rules that look for calls and imports. */
function blankComments(text: string): string {
  const pattern =
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return text.replace(
    pattern,
    (whole, literal: string | undefined) => literal ?? whole.replace(/[^\n]/g, " "),
  );
}

function importsOf(code: string): string[] {
  const pattern = /(?:\bfrom\s+|\bimport\s+|\bimport\(\s*)["']([^"'\n]+)["']/g;
  return [...code.matchAll(pattern)].map((match) => match[1] ?? "");
}

function readSource(path: string): SourceFile {
  const text = readFileSync(path, "utf8");
  const code = blankComments(text);
  return {
    path,
    text,
    code,
    imports: importsOf(code),
    isTest: /\.(test|sim|contract|spec)\.tsx?$/.test(path) ||
      /^(shared\/testing|edge\/conformance|e2e)\//.test(path),
    isGenerated: /^\s*(\/\/|\/\*+)\s*Generated by /.test(text),
  };
}

/** Message catalogues are data: one line a message, however many there are. */
const CATALOGUES = /^web\/app\/messages\//;

const isCode = (path: string): boolean => /\.(ts|tsx|mjs)$/.test(path);
const sources = TREES.flatMap(listFiles).filter(isCode).map(readSource);
const core = sources.filter((f) =>
  f.path.startsWith("shared/") && !f.isTest && !f.path.endsWith(".d.ts")
);

const layerOf = (folder: string): number => LAYERS.findIndex((folders) => folders.includes(folder));

/** Path in the repository that a relative import points to. */
const targetOf = (file: SourceFile, specifier: string): string =>
  posix.normalize(posix.join(posix.dirname(file.path), specifier));

const isRelative = (specifier: string): boolean => specifier.startsWith(".");

const packageOf = (specifier: string): string =>
  specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");

test("imports inside the core point to earlier layers", () => {
  const wrong: string[] = [];
  for (const file of core) {
    const from = file.path.split("/")[1] ?? "";
    for (const specifier of file.imports.filter(isRelative)) {
      const to = targetOf(file, specifier).split("/")[1] ?? "";
      const arrow = `${from} -> ${to}`;
      const isAllowed = to === from || ARROWS_BY_DECISION[arrow] !== undefined ||
        (layerOf(to) >= 0 && layerOf(to) < layerOf(from));
      if (!isAllowed) wrong.push(`${file.path}: ${arrow} is not an arrow of architecture.md`);
    }
  }
  expect(wrong).toEqual([]);
});

test("the core imports no package but its four libraries", () => {
  const wrong = core.flatMap((file) =>
    file.imports
      .filter((specifier) => !isRelative(specifier))
      .filter((specifier) =>
        !["valibot", "@noble/hashes", "minisearch", "fflate"].includes(packageOf(specifier))
      )
      .map((specifier) => `${file.path}: ${specifier}; inside shared/ import files relatively`)
  );
  expect(wrong).toEqual([]);
});

test("every folder of the core stands in a layer", () => {
  const known = new Set([...LAYERS.flat(), "testing", "decisions"]);
  const folders = new Set(
    core.filter((f) => f.path.split("/").length > 2).map((f) => f.path.split("/")[1] ?? ""),
  );
  expect([...folders].filter((folder) => !known.has(folder))).toEqual([]);
});

test("web and edge meet the core only at mod.ts and never each other", () => {
  const wrong: string[] = [];
  for (const file of sources.filter((f) => /^(web|edge)\//.test(f.path))) {
    const tree = file.path.split("/")[0] ?? "";
    for (const specifier of file.imports) {
      if (isRelative(specifier)) {
        const target = targetOf(file, specifier);
        if (!target.startsWith(`${tree}/`)) {
          wrong.push(`${file.path}: ${specifier} leaves ${tree}/; use #shared/<folder>/mod.ts`);
        }
      } else if (specifier.startsWith("#shared/")) {
        const isFace = /^#shared\/[a-z-]+\/mod\.ts$/.test(specifier);
        const isTestHelper = file.isTest && specifier.startsWith("#shared/testing/");
        if (!isFace && !isTestHelper) {
          wrong.push(`${file.path}: ${specifier}; import #shared/<folder>/mod.ts`);
        }
        if (!file.isTest && specifier.startsWith("#shared/testing/")) {
          wrong.push(`${file.path}: ${specifier}; only tests import testing/`);
        }
      }
    }
  }
  expect(wrong).toEqual([]);
});

test("product code does not import e2e", () => {
  const isProduct = (path: string): boolean => /^(shared|web|edge)\//.test(path);
  const wrong = sources.flatMap((file) =>
    file.imports.filter(isRelative).map((specifier) => targetOf(file, specifier))
      .filter((target) => isProduct(file.path) && target.startsWith("e2e/"))
      .map((target) => `${file.path} -> ${target}`)
  );
  expect(wrong).toEqual([]);
});

test("fenced packages stay behind their fences", () => {
  const wrong = sources.flatMap((file) =>
    file.imports.flatMap((specifier) => {
      const homes = PACKAGE_FENCES[packageOf(specifier)];
      const isHome = homes === undefined || homes.some((home) => file.path.startsWith(home));
      return isHome ? [] : [`${file.path}: ${specifier} belongs to ${homes.join(", ")}`];
    })
  );
  expect(wrong).toEqual([]);
});

test("the core names no ambient time, chance or console", () => {
  const wrong = core.flatMap((file) =>
    AMBIENT.filter(([pattern]) => pattern.test(file.code))
      .filter(([, use]) => AMBIENT_BY_DECISION[file.path] !== use)
      .map(([, use]) => `${file.path}: use ${use}`)
  );
  expect(wrong).toEqual([]);
});

test("only hosting calls session.run", () => {
  // The workers and the model's own scripts have sessions too: those of ONNX Runtime.
  const wrong = sources
    .filter((f) =>
      !f.isTest &&
      !/^(shared\/hosting|web\/(worker|models\/starter)|edge\/host\/engines\/starter)\//.test(
        f.path,
      )
    )
    .filter((f) => /\bsession\.run\(/.test(f.code))
    .map((f) => f.path);
  expect(wrong).toEqual([]);
});

test("tests mock no module, sleep no real time and leave nothing focused", () => {
  const wrong = sources.filter((f) => f.isTest).flatMap((file) =>
    TEST_HABITS.filter(([pattern]) =>
      pattern.test(file.code) && !file.path.endsWith("tidy.test.ts")
    )
      .map(([, instead]) => `${file.path}: ${instead}`)
  );
  expect(wrong).toEqual([]);
});

test("files stay small enough to hold in mind", () => {
  const counted = sources.filter((f) => !f.isGenerated && !CATALOGUES.test(f.path));
  const wrong = counted.flatMap((file) => {
    const lines = file.text.trimEnd().split("\n").length;
    const linesMax = file.isTest ? TEST_LINES_MAX : CODE_LINES_MAX;
    return lines > linesMax ? [`${file.path}: ${lines} lines, at most ${linesMax}; split it`] : [];
  });
  expect(wrong).toEqual([]);
});

/**
 * Lines of each function without the functions inside it, by the line it starts on: a factory is as
 * long as what is left when its methods are taken out.
 */
function functionLengths(file: SourceFile): { readonly line: number; readonly lines: number }[] {
  const starts = [0];
  for (const match of file.text.matchAll(/\n/g)) starts.push(match.index + 1);
  const lineOf = (offset: number): number => starts.filter((start) => start <= offset).length;
  const lengths: { line: number; lines: number }[] = [];

  /** Visits a node and returns how many lines of nested functions it holds. */
  const visit = (node: unknown): number => {
    if (Array.isArray(node)) return node.reduce((sum: number, child) => sum + visit(child), 0);
    if (typeof node !== "object" || node === null) return 0;
    const inner = Object.values(node).reduce((sum: number, child) => sum + visit(child), 0);
    const { type, start, end } = node as { type?: string; start?: number; end?: number };
    if (!/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(type ?? "")) {
      return inner;
    }
    const line = lineOf(start ?? 0);
    const span = lineOf(end ?? 0) - line + 1;
    lengths.push({ line, lines: span - inner });
    return span - 1;
  };
  visit(parseSync(file.path, file.text).program);
  return lengths;
}

test("functions fit a screen", () => {
  const wrong = sources.filter((f) => !f.isTest && !f.isGenerated).flatMap((file) =>
    functionLengths(file)
      .filter(({ lines }) => lines > FUNCTION_LINES_MAX)
      .map(({ line, lines }) => `${file.path}:${line} is a function of ${lines} lines`)
  );
  expect(wrong).toEqual([]);
});

test("lines fit 100 columns", () => {
  // The formatter breaks what can be broken: not a URL, and not a title or message of a sentence.
  const isUnbreakable = (line: string): boolean =>
    /https?:\/\//.test(line) || /"[^"]{50,}"|`[^`]{50,}`|'[^']{50,}'/.test(line);
  const wrong = sources.filter((f) => !f.isGenerated).flatMap((file) =>
    file.text.split("\n").flatMap((line, index) =>
      [...line].length > LINE_COLUMNS_MAX && !isUnbreakable(line)
        ? [`${file.path}:${index + 1} has ${[...line].length} columns`]
        : []
    )
  );
  expect(wrong).toEqual([]);
});

test("file names are kebab-case", () => {
  const name = /^(\.?[a-z0-9]+(-[a-z0-9]+)*)(\.[a-z0-9-]+)+$/;
  const wrong = sources.map((f) => f.path).filter((path) => !name.test(posix.basename(path)));
  expect(wrong).toEqual([]);
});

test("a TODO names a rule or a decision", () => {
  const wrong = sources.filter((f) => !f.path.endsWith("tidy.test.ts")).flatMap((file) =>
    file.text.split("\n").flatMap((line, index) =>
      /\b(TODO|FIXME|XXX)\b/.test(line) && !/\b([A-Z]{2}\d+|D\d+)\b/.test(line)
        ? [`${file.path}:${index + 1}`]
        : []
    )
  );
  expect(wrong).toEqual([]);
});

test("every rule has a test and every cited rule exists", () => {
  const spec = readFileSync("shared/SPEC.md", "utf8");
  // A struck rule keeps its number: `- ~~**TP3** text~~` is written but needs no test.
  const rules = [...spec.matchAll(/^\s*- (~~)?\*\*([A-Z]{2}\d+)\*\*/gm)];
  const written = rules.map((match) => match[2] ?? "");
  const standing = rules.filter((match) => match[1] === undefined).map((match) => match[2] ?? "");
  const tested = new Set(
    sources
      .filter((f) => f.isTest && f.path !== "shared/tidy.test.ts")
      .flatMap((f) => [...f.text.matchAll(/["'`](?:\[[A-Z]{2}\d+(?:, ?[A-Z]{2}\d+)*\] ?)+/g)])
      .flatMap((title) => [...title[0].matchAll(/[A-Z]{2}\d+/g)].map((match) => match[0])),
  );
  const twice = written.filter((id, index) => written.indexOf(id) !== index);
  expect(twice, "written twice in SPEC.md").toEqual([]);
  expect([...tested].filter((id) => !written.includes(id)), "cited but not in SPEC.md").toEqual([]);
  expect(standing.filter((id) => !tested.has(id)), "in SPEC.md but untested").toEqual([]);
});

test("the lockfile names every optional package and no address", () => {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
    packages: Record<string, { optionalDependencies?: Record<string, string>; resolved?: string }>;
  };
  const missing = Object.entries(packages).flatMap(([parent, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) =>
      packages[`${parent}/node_modules/${name}`] === undefined &&
      packages[`node_modules/${name}`] === undefined
    )
  );
  expect(missing, "run node e2e/runner/complete-lockfile.mjs").toEqual([]);
  expect(Object.keys(packages).filter((path) => packages[path]?.resolved !== undefined)).toEqual(
    [],
  );
});

test("the repository names no package registry", () => {
  // Spelled apart so that this file passes its own rule.
  const hosts = new RegExp(
    [
      "registry\\.npm" + "js",
      "registry\\.yarn" + "pkg",
      "npm" + "mirror\\.com",
      "npm\\.jsr" + "\\.io",
    ]
      .join("|"),
  );
  const roots = readdirSync(".", { withFileTypes: true })
    .filter((entry) => entry.isFile()).map((entry) => entry.name);
  const texts = [...TREES.flatMap(listFiles), ...listFiles(".ci"), ...roots]
    .filter((path) => /\.(ts|tsx|mjs|json|md|css|html|toml|yaml|yml|sh|py|npmrc)$|run$/.test(path));
  const wrong = texts.filter((path) => hosts.test(readFileSync(path, "utf8")));
  expect(wrong).toEqual([]);
});
