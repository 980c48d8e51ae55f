export { type Addressee, findAddressed } from "./addressing.ts";
export { type Layout, type LayoutLine, layoutPrompt, type LayoutRequest } from "./layout.ts";
export { readyMade } from "./ready-made.ts";
export { readyMadeSix } from "./ready-made-six.ts";
export * from "./cards/mod.ts";
export {
  keepReply,
  layoutScript,
  type ReplyFate,
  type ScriptBegin,
  type ScriptDraft,
  type ScriptLine,
  type ScriptReply,
  type ScriptRequest,
  type ScriptStep,
  type SharedScript,
} from "./layout/shared-script.ts";
export { chatSpeakCue, chatStops } from "./layout-chat.ts";
export { textWithImages } from "./image-words.ts";
