import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { expect, test } from "vitest";
import { NEWS_MS, thinNews } from "./thin-news.ts";

function setup() {
  const clock = new ManualClock();
  const over = new AbortController();
  const told: number[] = [];
  const tell = thinNews(clock, ({ bytesDone }) => void told.push(bytesDone), over.signal);
  const news = (bytesDone: number, isChecking = false): void =>
    tell({ kind: "amount", bytesDone, bytesTotal: 100, isChecking });
  return { clock, over, told, news };
}

test("amounts are told at most so often, and the last of a host that falls silent too", async () => {
  const { clock, told, news } = setup();
  for (const bytes of [1, 2, 3]) news(bytes);
  expect(told).toEqual([1]);
  await clock.advance(NEWS_MS);
  expect(told).toEqual([1, 3]);
  await clock.advance(10 * NEWS_MS);
  expect(told).toEqual([1, 3]);
  news(4);
  expect(told).toEqual([1, 3, 4]);
});

test("that files are checked now is told at once", () => {
  const { told, news } = setup();
  news(1);
  news(2, true);
  expect(told).toEqual([1, 2]);
});

test("nothing is told after the end", async () => {
  const { clock, over, told, news } = setup();
  news(1);
  news(2);
  over.abort("ended");
  await clock.advance(NEWS_MS);
  expect(told).toEqual([1]);
});
