/**
 * The build of `web/` and the test projects.
 *
 * Vitest sets VITEST before it reads this file; the two uses have different roots, because the page
 * is served from `web/` while tests live everywhere.
 */
import { defaultClientConditions, type UserConfig } from "vite";
import type { ViteUserConfig } from "vitest/config";
import { retriesOf } from "./e2e/support/second-try.mjs";
import { hashInputs, writeBuildNote } from "./edge/launch/build-inputs.mjs";
import { createPagePlugins } from "./web/build/finish-build.ts";
import { servePageFiles } from "./web/build/page-files.ts";

/** Node 20 cannot parse `using`, so tests and the page get it lowered. */
const syntaxTarget = "es2022";

const tests: ViteUserConfig = {
  root: import.meta.dirname,
  cacheDir: `${import.meta.dirname}/.cache/vitest`,
  oxc: { target: syntaxTarget, jsx: { runtime: "automatic", importSource: "preact" } },
  test: {
    retry: retriesOf(process.env),
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          environment: "node",
          include: [
            "shared/**/*.test.ts",
            "edge/**/*.test.ts",
            "web/**/*.test.ts",
            "web/**/*.test.tsx",
            "e2e/**/*.test.ts",
            "e2e/**/*.test.{ts,mjs}",
          ],
          // Properties of 10,000 cases take some seconds on a busy machine; a hang still ends.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: "simulation",
          environment: "node",
          include: ["shared/testing/sim/**/*.sim.ts", "edge/sim/*.sim.ts"],
          testTimeout: 170_000,
          // A seed says the same twice.
          retry: 0,
        },
      },
      ...["deno", "node", "workerd", "redis"].map((runtime) => ({
        extends: true as const,
        test: {
          name: `conformance-${runtime}`,
          environment: "node",
          include: [
            "edge/conformance/*.spec.ts",
            `edge/conformance/${runtime}/*.spec.ts`,
            // One runtime is enough for what is not about the relay.
            ...runtime === "deno" ? ["e2e/torture/{host,relay}/*.spec.ts"] : [],
          ],
          testTimeout: 20_000,
          env: { CONFORMANCE_RUNTIME: runtime },
          globalSetup: "edge/conformance/bundle-server.ts",
        },
      })),
    ],
  },
};

/**
 * Small modules that the page or the room's screen needs and later chunks need too: one file in
 * place of twenty, each with headers of its own and a name in the lists of what to load.
 */
const inBase = new RegExp(
  [
    "/node_modules/(preact|@preact|valibot)/",
    "/node_modules/@noble/hashes/(_md|_u64|sha2|utils)\\.js$",
    "/web/app/messages/(en|translate|english/(engine|room|shared|shell))\\.ts$",
    "/shared/base/(assert|brands|canonical-json|result|stable-key)\\.ts$",
    "/shared/protocol/(decode-event|event-shapes|events|limits|lore-chars)\\.ts$",
    "/shared/room/(draft|limits|presence)\\.ts$",
    "/web/adapters/storage-error\\.ts$",
    "/web/app/(keys/bound-keys\\.ts|parts/(copy-button|detail)\\.tsx|text/plain-text\\.tsx)$",
    "/web/app/room/room-(context|names)\\.ts$",
  ].join("|"),
);

const root = import.meta.dirname;
const outDir = `${root}/dist`;
const plugins = createPagePlugins(root, outDir, { hashInputs, writeBuildNote });

const page: UserConfig = {
  root: `${root}/web`,
  cacheDir: `${root}/.cache/vite`,
  plugins: [servePageFiles(root), ...plugins.page],
  oxc: { target: syntaxTarget, jsx: { runtime: "automatic", importSource: "preact" } },
  resolve: {
    // The runtime's glue is served from /ort/ beside its WebAssembly; without this condition the
    // bundler would take in a second copy of both.
    conditions: ["onnxruntime-web-use-extern-wasm", ...defaultClientConditions],
  },
  worker: { format: "es", plugins: plugins.worker },
  server: { host: "127.0.0.1" },
  build: {
    outDir,
    emptyOutDir: true,
    target: syntaxTarget,
    // Browsers with WebGPU know light-dark() and nesting; lowering them would only add bytes.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // The policy allows no data: fonts and scripts, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: {
      polyfill: false,
      resolveDependencies: (script, imports, { hostType }) =>
        hostType === "html" ? imports : plugins.choosePreloads(script, imports),
    },
    // The engines are large by nature; the entry has a budget of its own (web/build/script-size.ts).
    chunkSizeWarningLimit: 10_000,
    reportCompressedSize: false,
    // Our last plugin takes the time it takes: it compresses 30 MB.
    rolldownOptions: {
      checks: { pluginTimings: false },
      output: { codeSplitting: { groups: [{ name: "base", test: inBase }] } },
      // The core's modules only define: one that the entry does not use stays out of it, although
      // the folder's mod.ts names it.
      treeshake: { moduleSideEffects: [{ test: /[\\/]shared[\\/]/, sideEffects: false }] },
    },
  },
};

export default process.env["VITEST"] === undefined ? page : tests;
