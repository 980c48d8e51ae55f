/** What speaks of a shared room's connection: fetched with the first such room (SY181). */

export { followLink, nameLoss } from "./connection.ts";
export { ConnectionLine } from "./connection-line.tsx";
export { connectionWords } from "./connection-words.ts";
