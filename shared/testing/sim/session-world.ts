/** A room on one device that behaves, with its sessions at hand: the product's own composition. */

import type { Recipe } from "../../protocol/events.ts";
import type { SessionSnapshot } from "../../session/control/events.ts";
import type { SessionAnswer, SessionCall, SessionReply } from "../../session/control/requests.ts";
import { MemoryCheckpoints } from "../fakes/memory-checkpoints.ts";
import { createWorld, openPage, ROOM, type SimWorld } from "./local-room-world.ts";

const never = new AbortController().signal;

/** `model` is told before the first page opens. */
export async function createSessionWorld(recipe: Recipe, model: SimWorld["model"] = {}) {
  const world = await createWorld("sessions", recipe);
  world.isHostile = false;
  world.model = model;
  const { clock } = world;
  const checkpoints = new MemoryCheckpoints();
  let pages = 0;
  let page = openPage(world, checkpoints, pages += 1);
  await clock.advance(5_000);
  let requests = 0;

  const begin = (session: string, call: SessionCall): Promise<SessionReply> => {
    const requestId = `rq_${requests += 1}`;
    return page.peer.sessions.handle({ requestId, roomId: ROOM, session, call }, never);
  };
  const send = async (session: string, call: SessionCall): Promise<SessionReply> => {
    const replied = begin(session, call);
    await clock.advance(100);
    return await replied;
  };
  const attach = (session: string) => {
    const attached = page.peer.sessions.attach(ROOM, session);
    if (attached === undefined) throw new Error(`no session ${session}`);
    return attached;
  };

  return {
    world,
    clock,
    page: () => page,
    /** The reply comes when the test lets time pass. */
    begin,
    send,
    attach,
    async answer(session: string, call: SessionCall): Promise<SessionAnswer> {
      const reply = await send(session, call);
      if (!reply.ok) throw new Error(JSON.stringify(reply.error));
      return reply.answer;
    },
    async snapshot(session: string): Promise<SessionSnapshot> {
      attach(session)[Symbol.dispose]();
      await clock.advance(100); // What it opens with is read now.
      using attached = attach(session);
      return attached.snapshot;
    },
    /** A person's message, and time for its answers. */
    async say(text: string, ...addressed: readonly string[]): Promise<void> {
      await page.append({ kind: "say", text, addressed });
      await clock.advance(20_000);
    },
    async restart(): Promise<void> {
      await page.crash();
      page = openPage(world, checkpoints, pages += 1);
      await clock.advance(5_000);
    },
  };
}
