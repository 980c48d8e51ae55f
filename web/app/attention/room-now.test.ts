import { expect, test } from "vitest";
import { roomScript } from "#shared/testing/fakes/room-script.ts";
import { readRoomNow } from "./room-now.ts";

const SUMMARY = {
  roomId: "rm_1",
  name: "Garden",
  lastLine: "",
  lastAtMs: 0,
  unread: 2,
  personaIds: [],
  personaNames: [],
  personaHues: [],
  isShared: false,
};

test("[SY261] what is unread is looked through again when there is other", () => {
  const room = roomScript();
  room.settle(room.say("roses"), "a", "roses indeed");
  let seen = { state: room.state(), device: "dv_reader", link: undefined };
  const read = (unread = 2) =>
    readRoomNow({ lookInto: () => seen }, { ...SUMMARY, unread })?.unread;
  const first = read();
  expect(first?.map(({ text }) => text)).toEqual(["roses", "roses indeed"]);
  expect(read()).toBe(first);
  expect(read(1)?.map(({ text }) => text)).toEqual(["roses indeed"]);
  room.say("tulips");
  seen = { ...seen, state: room.state() };
  expect(read()?.map(({ text }) => text)).toEqual(["roses indeed", "tulips"]);
  seen = { ...seen, device: room.state().messages.at(-1)?.author ?? "" };
  expect(read()?.map(({ text }) => text)).toEqual(["roses indeed"]);
});
