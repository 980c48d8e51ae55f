import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { joinLlamaWorker } from "./llama-worker.ts";

test("[IN53] our scope comes before the library's code, whose module sees the handler's", () => {
  const script = joinLlamaWorker({
    scope: "order.push('scope');",
    module: "var Module = {}; order.push(Module === ___Module ? 'inner' : 'outer');",
    handler: "let Module = 'outer'; wModuleInit(); order.push(RUN_OPTIONS.nbThread);",
  });
  const self = { location: { origin: "https://here.example" } };
  const scope = { order: [] as unknown[], self, URL };
  runInNewContext(script, scope);
  expect(scope.order).toEqual(["scope", "outer", 0]);
});

test("[IN53] code that it was not written for is refused", () => {
  expect(() => joinLlamaWorker({ scope: "", module: "const M = {}", handler: "" })).toThrow();
});
