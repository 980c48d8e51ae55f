/**
 * `npm run backup`: asks the running server, at its operator's address, for a backup of its log and
 * says where it is.
 */

import process from "node:process";

const place = process.env["CONCLAVE_OPERATOR"]?.trim() ?? "";
const USAGE = "Set CONCLAVE_OPERATOR for the server and for this, such as 127.0.0.1:9464";

/** @returns {Promise<string>} what was made, for a person */
async function askForBackup() {
  if (place === "") throw new Error(`Cannot ask for a backup: ${USAGE}`);
  let answer;
  try {
    answer = await fetch(`http://${place}/backups`, {
      method: "POST",
      headers: { "x-conclave-operator": "1" },
    });
  } catch (error) { // TypeError: nobody answers there.
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : "";
    throw new Error(`Cannot reach the server at ${place}: ${cause}. ${USAGE}`, { cause: error });
  }
  const text = await answer.text();
  if (answer.status !== 201) throw new Error(`The server made no backup: ${text.trim()}`);
  const { path, rooms, entries } = JSON.parse(text);
  return `${path}: ${rooms} rooms, ${entries} entries`;
}

try {
  console.log(await askForBackup());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
