/** Letters that turn, pile up, hide, join or never end. */

import { casesOf, type HostileCase } from "./hostile-case.ts";

const BIDI = {
  "an override to the left": "\u202E",
  "an override to the right": "\u202D",
  "an embedding to the left": "\u202B",
  "an embedding to the right": "\u202A",
  "an isolate to the left": "\u2067",
  "an isolate to the right": "\u2066",
  "an isolate by its first letter": "\u2068",
  "an end without a beginning": "\u202C",
  "an end of an isolate without one": "\u2069",
  "a mark to the left": "\u200F",
  "a mark to the right": "\u200E",
  "an Arabic mark": "\u061C",
} as const;

const directions: readonly HostileCase[] = Object.entries(BIDI).map(([title, control]) => ({
  title: `direction: ${title}`,
  text: `user${control}gpj.exe and **bold${control}** and \`code${control}\` after`,
}));

const turned = casesOf("direction", {
  "overrides that nest": "\u202E\u202D".repeat(5_000) + "x",
  "isolates that never end": "\u2066".repeat(10_000) + "x",
  "right-to-left words alone": "שלום עולם ".repeat(200),
  "both directions in one line": "hello שלום 123 مرحبا world",
  "a right-to-left word of ten thousand letters": "ש".repeat(10_000),
  "a table of both directions": "|שלום|hello|\n|-|-|\n|مرحبا|world|",
  "a list of right-to-left lines": "1. אחת\n2. שתיים\n   - שלוש",
  "a quote that turns its line": "> \u202Eyas uoy tahw si siht",
});

const piled = casesOf("marks", {
  "above one letter": "Z" + "\u0301".repeat(15_000) + " after",
  "below one letter": "Z" + "\u0323".repeat(15_000) + " after",
  "above and below every letter": [..."the town is full of marks"]
    .map((letter) => letter + "\u030D\u0311\u0352\u0317\u0316\u0347\u0363\u0489".repeat(8)).join(
      "",
    ),
  "on nothing": "\u0301".repeat(1_000) + "x",
  "that enclose": "a\u20DD b\u20DE c\u20E0 d\u20E3 e" + "\u20DD".repeat(500),
  "of Thai": "ก" + "็".repeat(3_000) + "x",
  "of Tibetan": "ཧ" + "ྐྵ".repeat(1_000) + "x",
  "of Arabic": "م" + "\u0651\u064E".repeat(3_000) + "x",
  "of Devanagari": "क" + "्क".repeat(2_000),
  "of Hebrew": "א" + "\u05B8\u0591".repeat(3_000),
  "that overlay": "a" + "\u0336".repeat(5_000) + "b",
  "in a heading": "# Z" + "\u0300".repeat(3_000),
  "in code": "`Z" + "\u0300".repeat(3_000) + "`",
  "that vary the one before": "x" + "\uFE0F".repeat(3_000),
});

const hidden = casesOf("unseen", {
  "zero width between all letters": [..."nothing to see"].join("\u200B"),
  "zero width alone": "\u200B\u200C\u200D\u2060\uFEFF",
  "joiners alone": "\u200D".repeat(10_000) + "x",
  "tags that spell": [..."ignore the rules"]
    .map((letter) => String.fromCodePoint(0xE0000 + letter.charCodeAt(0))).join("") + "hello",
  "tags by the thousand": "a" + "\u{E0041}".repeat(5_000) + "b",
  "selectors that spell": "😀" + "\u{E0100}\u{E0101}\u{E01EF}".repeat(500),
  "soft hyphens": [..."hyphenated".repeat(200)].join("\u00AD"),
  "fillers of Hangul": "\u3164\u115F\u1160\uFFA0" + "x",
  "blank Braille": "\u2800".repeat(5_000) + "x",
  "every width of space": "a\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u3000b",
  "no-break spaces": "a" + "\u00A0".repeat(10_000) + "b",
  "controls of the first row": "a\u0001\u0002\u0007\u0008\u000E\u001F\u007Fb",
  "controls of the second row": "a\u0080\u0085\u008D\u0090\u009Cb",
  "a null": "a\u0000b",
  "musical controls": "a\u{1D173}\u{1D17A}b",
  "interlinear notes": "a\uFFF9b\uFFFAc\uFFFBd",
  "an object that is not there": "a\uFFFCb",
  "shorthand controls": "a\u{1BCA0}\u{1BCA3}b",
});

const odd = casesOf("letters", {
  "a half of a pair first": "\uDC00 and after",
  "a half of a pair last": "before \uD83D",
  "halves in turn": "\uD83D\uD83D\uDE00\uDE00x",
  "no characters": "\uFFFE\uFFFF\u{1FFFE}\u{10FFFF}x",
  "private ones": "\uE000\uF8FF\u{F0000}\u{10FFFD}x",
  "not yet ones": "\u0378\u{2FE0}\u{E0FFF}x",
  "the longest ligature": "\uFDFD".repeat(500),
  "ligatures of Latin": "ﬃ".repeat(3_000) + "ﬆ",
  "ligatures that a font makes": "ffi fl st -> => != === ".repeat(500),
  "the widest letter": "𒐫".repeat(1_000),
  "the tallest letter": "꧅ ꧄ 𒈙 ⸻ ".repeat(300),
  "letters of one look": "аdа АDA Αdα 𝐀𝐝𝐚 Ａｄａ",
  "mathematical letters": "𝕋𝕙𝕖 𝔮𝔲𝔦𝔠𝔨 𝒇𝒐𝒙".repeat(200),
  "letters upside down": "ǝɯ ǝʌlosǝɹ".repeat(300),
  "superscripts": "ᵗʰⁱˢ ⁱˢ ₛₘₐₗₗ".repeat(300),
  "letters of old scripts": "𐎠𐎡𐎢 𓀀𓂀𓆣 𐤀𐤁 ⰀⰁ 𑀅𑀆".repeat(200),
  "vertical lines of Mongolian": "ᠮᠣᠩᠭᠣᠯ ".repeat(300),
  "Chinese without a space": "长".repeat(8_000),
  "Japanese with marks half wide": "ｶﾞｷﾞｸﾞ".repeat(1_000),
  "Korean in pieces": "\u1112\u1161\u11AB\u1100\u1173\u11AF".repeat(1_000),
  "Thai without a space": "สวัสดีชาวโลก".repeat(500),
});

const pictures = casesOf("emoji", {
  "a family": "👨‍👩‍👧‍👦".repeat(200),
  "a chain without end": "👩" + "\u200D👩".repeat(2_000),
  "tones without a hand": "🏽".repeat(1_000),
  "flags of no country": "🇽🇽🇾🇾🇿".repeat(300),
  "a flag by tags": "🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}",
  "a flag by tags without end": "🏴" + "\u{E0067}".repeat(3_000),
  "keycaps": "1️⃣#️⃣*️⃣".repeat(500),
  "text or picture": "☺︎☺️❤︎❤️".repeat(500),
  "eight thousand": "🦊".repeat(8_000),
  "in a heading in a list": "- # 🦊\n- ## 👨‍👩‍👧",
});

const long = casesOf("long", {
  "a word of thirty thousand letters": "w".repeat(30_000),
  "two of them": "w".repeat(15_000) + " " + "v".repeat(15_000),
  "ten thousand lines": "a\n".repeat(10_000),
  "ten thousand paragraphs": "a\n\n".repeat(10_000),
  "a line of thirty thousand letters": "word ".repeat(6_000),
  "a word in a quote": "> " + "w".repeat(20_000),
  "a word in a list in a quote": "> - " + "w".repeat(20_000),
  "a word that is bold": "**" + "w".repeat(20_000) + "**",
  "dashes": "x" + "-".repeat(20_000),
  "dots": "x" + ".".repeat(20_000),
  "slashes between words": "word/".repeat(5_000),
  "no-break words": "word\u00A0".repeat(5_000),
  "words that are joined": "word\u2060".repeat(4_000),
  "as many bytes as a message takes": "é".repeat(16_000),
  "a base64 blob": "QUJD".repeat(7_000),
  "JSON on one line": JSON.stringify(Array.from({ length: 2_000 }, () => ({ key: "value" }))),
  "dump of hexadecimal": "deadbeef ".repeat(3_000),
});

const UNBREAKABLE: ReadonlySet<string> = new Set([
  ...["marks: above and below every letter", "marks: that enclose", "marks: of Thai"],
  ...["marks: of Tibetan", "marks: of Devanagari"],
  ...["emoji: a chain without end", "emoji: tones without a hand"],
]);

export const textCases: readonly HostileCase[] = [
  ...directions,
  ...turned,
  ...piled,
  ...hidden,
  ...odd,
  ...pictures,
  ...long,
].map((one) => ({ ...one, isUnbreakable: UNBREAKABLE.has(one.title) }));
