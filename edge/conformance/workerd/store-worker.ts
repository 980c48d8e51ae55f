/** A Worker whose objects are nothing but their store, for the contract: methods come by HTTP. */

import type {
  DurableObjectNamespace,
  DurableObjectState,
  Request,
  Response as Answer,
} from "@cloudflare/workers-types";
import { Response } from "../../platform/cloudflare/workerd.ts";
import type { RelayStore } from "../../relay/relay-store.ts";
import { createDurableObjectStore } from "../../stores/durable-object.ts";

export interface StoreCall {
  /** `die` ends the object amid its life; `tables` counts what it has made. */
  readonly method: keyof RelayStore | "die" | "tables";
  readonly args: readonly unknown[];
}

/** Under the name that wrangler.jsonc gives the class. */
export class RelayRoom {
  readonly #context: DurableObjectState;
  readonly #store: RelayStore;

  constructor(context: DurableObjectState) {
    this.#context = context;
    this.#store = createDurableObjectStore(context.storage);
  }

  async fetch(request: Request): Promise<Answer> {
    const { method, args } = await request.json<StoreCall>();
    if (method === "die") {
      this.#context.abort("the test ends this object");
      return new Response();
    }
    if (method === "tables") {
      const found = this.#context.storage.sql.exec("SELECT count(*) AS n FROM sqlite_master");
      return Response.json({ value: found.one()["n"] });
    }
    const work = this.#store[method] as (...args: readonly unknown[]) => Promise<unknown>;
    try {
      return Response.json({ value: await work(...args) });
    } catch (error) { // A defect, which the contract wants to see.
      const { name, message } = error as Error;
      return Response.json({ defect: { name, message } });
    }
  }
}

export default {
  async fetch(request: Request, { ROOM }: { readonly ROOM: DurableObjectNamespace }) {
    const object = ROOM.get(ROOM.idFromName(new URL(request.url).pathname));
    try {
      return await object.fetch(request);
    } catch (error) { // The object died, as it was told to.
      return new Response(String(error), { status: 500 });
    }
  },
};
