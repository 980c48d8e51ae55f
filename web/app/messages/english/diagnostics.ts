/** Storage and diagnostics; comes with the settings. */
export const diagnostics = {
  "storage.title": "Storage",
  "storage.used": "{used} used of {quota} that this browser allows.",
  "storage.unknown": "This browser does not tell how much is used.",
  "storage.kept": "The browser keeps it until you delete it.",
  "storage.not-kept":
    "The browser may clear it when the disk runs full, if you have not been here for long.",
  "storage.keep": "Ask the browser to keep it",
  "storage.keep-refused":
    "The browser did not agree. Installing Conclave, or coming here more often, usually helps.",
  "storage.models": "Files of models, and how to delete them",
  "storage.where": "Rooms, drafts and keys",
  "storage.where-text":
    "lie in this browser's storage. Clearing this site's data deletes them, here and for good; a room can be saved as a file before, in its options.",
  "report.title": "Diagnostics",
  "report.what":
    "A report for whoever helps you: this browser, its graphics card, the engine, connections and what went wrong. It holds no words, names, addresses or keys, and goes nowhere until you send it.",
  "report.make": "Make a report",
  "report.label": "Report",
  "report.save": "Save as a file",
  "report.check": "Check this device",
  "report.log": "Newest lines of the log",
  "report.log-none": "Nothing went wrong since this page was opened.",
} as const;
