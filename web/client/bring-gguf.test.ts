import { expect, test } from "vitest";
import { ok } from "#shared/base/mod.ts";
import { text, u32, writeGguf } from "#shared/testing/gguf/write-gguf.ts";
import { bringGguf, bringGgufUrl } from "./bring-gguf.ts";

const never = new AbortController().signal;
const URL_OF_IT = "https://models.example/repo/My%20Model.gguf?download=1";

const whole = writeGguf({
  "general.architecture": text("llama"),
  "llama.context_length": u32(512),
  "tokenizer.chat_template": text("{{ messages }}"),
}, [{ name: "a", shape: [64, 64], values: new Float32Array(4096) }]);

/** A host that knows ranges, or ignores them. */
function hostOf(knowsRanges: boolean) {
  const ranges: string[] = [];
  const ask = (_url: string, init: RequestInit): Promise<Response> => {
    const range = new Headers(init.headers).get("range") ?? "";
    ranges.push(range);
    const [from = 0, last = 0] = range.replace("bytes=", "").split("-").map(Number);
    if (!knowsRanges) {
      return Promise.resolve(
        new Response(whole, { headers: { "content-length": `${whole.length}` } }),
      );
    }
    const headers = { "content-range": `bytes ${from}-${last}/${whole.length}` };
    return Promise.resolve(new Response(whole.slice(from, last + 1), { status: 206, headers }));
  };
  return { ask, ranges };
}

test.each([true, false])(
  "[IN59] a model at an address is told by its first bytes (ranges: %s)",
  async (knowsRanges) => {
    const { ask, ranges } = hostOf(knowsRanges);
    const brought = await bringGgufUrl(URL_OF_IT, ask, never);
    expect(brought).toMatchObject({
      ok: true,
      value: {
        name: "My Model",
        downloadBytes: whole.length,
        files: [{ path: "model.gguf", url: URL_OF_IT, bytes: whole.length }],
      },
    });
    expect(ranges).toEqual(["bytes=0-0", `bytes=0-${whole.length - 1}`]);
  },
);

test("[IN59] a host that refuses, is away or tells no size is told by its name", async () => {
  const host = "models.example";
  const bring = (ask: () => Promise<Response>) => bringGgufUrl(URL_OF_IT, ask, never);
  const answer = (status: number) => () => Promise.resolve(new Response("", { status }));
  expect(await bring(answer(403))).toEqual({ ok: false, error: { kind: "access-denied", host } });
  expect(await bring(answer(404))).toEqual({
    ok: false,
    error: { kind: "host-unreachable", host, detail: "HTTP 404" },
  });
  expect(await bring(() => Promise.reject(new TypeError("Failed to fetch")))).toEqual({
    ok: false,
    error: { kind: "host-unreachable", host, detail: "Failed to fetch" },
  });
  expect(await bring(answer(200))).toMatchObject({
    ok: false,
    error: { kind: "host-unreachable", host },
  });
});

test("[IN59] what is no address of the web is refused, and nobody is asked", async () => {
  for (const url of ["", "my.gguf", "file:///my.gguf", "blob:https://a.example/1"]) {
    const ask = () => Promise.reject(new Error("asked"));
    expect(await bringGgufUrl(url, ask, never)).toEqual({
      ok: false,
      error: { kind: "url-invalid" },
    });
  }
});

test("[IN56] a file that could not run is not copied", async () => {
  const adopted: string[] = [];
  const files = {
    adopt({ modelId }: { readonly modelId: string }) {
      adopted.push(modelId);
      return Promise.resolve(ok(undefined));
    },
  };
  const bring = (body: Uint8Array<ArrayBuffer>) =>
    bringGguf(new File([body], "My Model.gguf"), files, () => undefined, never);
  expect(await bring(whole.slice(0, 5_000))).toMatchObject({ error: { kind: "gguf-cut" } });
  const clip = writeGguf({ "general.architecture": text("clip") }, []);
  expect(await bring(clip)).toMatchObject({ error: { kind: "gguf-not-text" } });
  expect(adopted).toEqual([]);
  const brought = await bring(whole);
  expect(brought.ok && adopted).toEqual([brought.ok && brought.value.id]);
});
