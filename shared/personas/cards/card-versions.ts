/** A card's JSON as another version; every member that the other version does not know stays. */

import { isObject, type JsonObject, member } from "./json.ts";

/** What V3 requires and a card may lack. */
const REQUIRED: JsonObject = {
  name: "",
  description: "",
  personality: "",
  scenario: "",
  first_mes: "",
  mes_example: "",
  creator_notes: "",
  system_prompt: "",
  post_history_instructions: "",
  alternate_greetings: [],
  group_only_greetings: [],
  tags: [],
  creator: "",
  character_version: "",
  extensions: {},
};

/** V3 of a card of any version; a V3 card, also of a newer V3, as it is. */
export function toV3(json: JsonObject): JsonObject {
  const data = member(json, "data");
  const spec = member(json, "spec");
  const isWrapped = isObject(data) && typeof spec === "string";
  if (isWrapped && spec !== "chara_card_v2") return json;
  return {
    ...isWrapped ? json : {},
    spec: "chara_card_v3",
    spec_version: "3.0",
    data: filled(isWrapped ? data : json),
  };
}

/** What programs read that know V2 only: the same fields under the older name. */
export function toV2(json: JsonObject): JsonObject {
  return { ...toV3(json), spec: "chara_card_v2", spec_version: "2.0" };
}

function filled(data: JsonObject): JsonObject {
  const missing = Object.entries(REQUIRED).filter(([field]) => !Object.hasOwn(data, field));
  return { ...data, ...Object.fromEntries(missing) };
}
