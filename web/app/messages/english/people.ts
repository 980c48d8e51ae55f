/** Devices of people, and what two people compare; comes with them (`addEnglish`). */
export const people = {
  "device.own": "This is the device that you use now.",
  "device.here": "Here now",
  "device.away": "Away",
  "device.since": "In this room since {when}",
  "device.last": "Last heard from {when}",
  "device.hosts": "Hosts {names}",
  "device.hosts-none": "Hosts no persona",
  "device.reading": "Reading what is known of it…",
  "device.rename": "Change your name in the settings",
  "device.others": "{name} has other devices here",
  "device.fingerprint": "Fingerprint of its keys",
  "device.fingerprint-none": "Its keys have not come yet.",
  "device.copy-fingerprint": "Copy the fingerprint",

  "words.title": "Safety words",
  "words.lead":
    "Call {name} or meet, open each other's name here, and read these words to each other. If they are the same, nobody stands between your devices.",
  "words.list": "Words to compare",
  "words.digits": "The same as numbers",
  "words.match": "They match",
  "words.differ": "They differ",
  "words.own":
    "To compare, open the name of the other person. Each pair of devices has its own words.",
  "words.reader": "You only read here, so no device has a key of yours to compare.",
  "words.same": "You compared this device on {when}, and it has had the same keys since.",
  "words.changed":
    "This device has other keys than on {when}, when you compared it. Compare again before you trust it.",
  "words.none": "You have not compared this device.",
  "words.new-device": "{name} has a new device that you have not compared.",
  "words.marked": "Noted on this device: the words match.",
  "words.taken-back": "Noted: this device does not count as compared.",
  "words.differ-title": "What it means when words differ",
  "words.differ-text":
    "At least one of you does not see the other's real keys. First look whether you both opened the device that the other uses now. If you did, somebody who has the link stands between you and can read and change what you write.",
  "words.differ-do":
    "Write nothing here that others must not read. Make a new room with people you trust, and give them its link in person.",
  "words.mark": "compared",

  "history.title": "The same history",
  "history.lead":
    "A server that shows each of you something else can keep it hidden only as long as you do not talk otherwise. Set the same number on both devices: the four words are then the same.",
  "history.up-to": "Up to entry",
  "history.unknown": "Not known here. Choose one of the newest 256.",

  "fork.title": "The server showed {name} and you different histories",
  "fork.text":
    "From entry {from} on, {name}'s device has something else than yours, or says so. Nothing was lost: what is here stays here.",
  "fork.do":
    "Ask {name} by another way what was said. Until you know why, do not rely on everybody reading the same here; a new room on another server starts clean.",
  "fork.more.one": "The same is true of {count} more device.",
  "fork.more.other": "The same is true of {count} more devices.",
  "fork.compare": "Compare with {name}",
  "fork.dismiss": "Dismiss",
} as const;
