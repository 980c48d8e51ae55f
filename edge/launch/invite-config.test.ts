import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { inviteConfig, takeInvite } from "./invite-config.mjs";

test("[HO161] a link has a folder of its own, and a changed configuration in it stays", () => {
  const folder = mkdtempSync(join(tmpdir(), "conclave-hosts-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = inviteConfig("https://a.example/#w=1.x", folder);
  expect(inviteConfig("https://a.example/#w=1.y", folder)).not.toBe(path);
  expect(readFileSync(join(dirname(path), "room.link"), "utf8")).toBe("https://a.example/#w=1.x\n");
  expect(readFileSync(path, "utf8")).not.toContain("w=1.x");
  writeFileSync(path, "{}");
  expect(inviteConfig(" https://a.example/#w=1.x\n", folder)).toBe(path);
  expect(readFileSync(path, "utf8")).toBe("{}");
});

test("[HO161] the link on the command line becomes a configuration, other words stay", () => {
  const configOf = (link: string) => `config of ${link}`;
  expect(takeInvite(["--check", "--invite", "L"], configOf)).toEqual(["--check", "config of L"]);
  expect(takeInvite(["host.json"], configOf)).toEqual(["host.json"]);
  expect(takeInvite(["--invite"], configOf)).toEqual(["--invite"]);
  expect(takeInvite(["--invite", "--check"], configOf)).toEqual(["--invite", "--check"]);
});
