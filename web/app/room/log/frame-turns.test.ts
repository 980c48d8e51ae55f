import { expect, test } from "vitest";
import { createFrameTurns } from "./frame-turns.ts";

function world() {
  const frames: (() => void)[] = [];
  const drawn: string[] = [];
  const turns = createFrameTurns((run) => frames.push(run));
  const writers = Object.fromEntries(
    ["ada", "bo", "cleo"].map((name) => [name, () => void drawn.push(name)]),
  );
  return {
    turns,
    drawn,
    of: (name: string) => writers[name] ?? (() => undefined),
    awaited: () => frames.length,
    frame: () => frames.shift()?.(),
  };
}

test("[SY260] each frame draws one of those who ask, who asked first", () => {
  const { turns, drawn, of, frame, awaited } = world();
  for (const name of ["ada", "bo", "bo", "cleo", "ada"]) turns.ask(of(name));
  expect(awaited()).toBe(1);
  frame();
  expect(drawn).toEqual(["ada"]);
  turns.ask(of("ada")); // Behind those who wait already.
  for (let count = 0; count < 3; count += 1) frame();
  expect(drawn).toEqual(["ada", "bo", "cleo", "ada"]);
  expect(awaited()).toBe(0);
});

test("[SY260] who left is not drawn, and takes nobody's frame", () => {
  const { turns, drawn, of, frame, awaited } = world();
  turns.ask(of("ada"));
  turns.ask(of("bo"));
  turns.leave(of("ada"));
  frame();
  expect(drawn).toEqual(["bo"]);
  turns.ask(of("cleo"));
  turns.leave(of("cleo"));
  frame();
  turns.ask(of("ada"));
  expect(awaited()).toBe(1);
  frame();
  expect(drawn).toEqual(["bo", "ada"]);
});
