export const clientLimits = Object.freeze({
  /**
   * A room that was deleted is kept so long for who takes that back; the offer on the screen ends
   * before (room-undo.ts).
   */
  heldRoomMs: 120_000,
  /** A leader term that failed is begun again after this long. */
  leadAgainMs: 5_000,
  /**
   * A page whose screen never says that it can be used leads after this long. Four times what a
   * room takes to open on a slow phone.
   */
  leadWaitMsMax: 3_000,
  /** Not charging and at most this full, a device takes no personas of others (HO152). */
  batteryLevelLow: 0.2,
  /** A run that was told to end keeps the leader's lock at most this long. */
  handOverMsMax: 2_000,
  /** A leader that lives takes a command at once; a hand-over lasts under 2 s. */
  acceptMsMax: 5_000,
  /** The longest command loads a model: 5 GB at 10 MB/s are 500 s. */
  answerMsMax: 900_000,
  /** Unanswered commands of one tab; policy `refuse`. Nobody clicks this often. */
  commandsPendingMax: 128,
  /** Request ids a leader remembers, to run a repeated command once; policy `drop-oldest`. */
  requestIdsMax: 1_024,
  /** UTF-16 code units of one draft, over the 32 KiB of a message; policy `refuse`. */
  draftCharsMax: 64 * 1024,
  /**
   * Drafts kept; 100 x 128 KiB is more than a browser gives, but drafts are short; `drop-oldest`.
   */
  draftsMax: 100,
  /** Images attached to messages that are not sent, of all rooms: 8 MiB; policy `refuse`. */
  imageDraftsMax: 32,
  /** Notes of one room: its relay lets 512 devices be known; policy `refuse`. */
  roomNotesMax: 2_048,
  /** What is typed is written to the database this long after: ten small writes a second. */
  typedKeepMs: 100,
  /** Images that a room brings along when it is shared: 4 MiB, 128 entries, 22 s at a relay. */
  sharedImagesMax: 16,
  /** A relay takes a first entry within a second; after this it is said to be unreachable. */
  shareMsMax: 10_000,
  /** What a person said waits that long for its room's log to be folded. */
  foldMsMax: 5_000,
  /** The code of shared rooms could not be fetched; it is asked for again after this long. */
  kitRetryMs: 5_000,
  /** Rows of one room's outbox that are shown as unsent; a person types no more while offline. */
  unsentRowsMax: 512,
  /**
   * Entries before the head that are searched for what was unsent: its row is forgotten within a
   * few entries of its place.
   */
  unsentLookBackEntries: 256,
  /** Devices told to other tabs as present; a relay lets fewer in. */
  presentMax: 4_096,
  /** Entries told to other tabs as refused; the newest, as many as a link keeps. */
  refusedMax: 20,
  /** Forks of a room's history told to other tabs, as many as a link keeps. */
  forksMax: 16,
  /** A tab that watches a session says so this often; a hidden page may be late by a minute. */
  watchRenewMs: 10_000,
  /** A watch that was not renewed in a whole lease ends; its tab asks anew when it runs again. */
  watchLeaseMs: 60_000,
  /** Sessions that one leader tells of at a time: a dozen tabs with two each; policy `refuse`. */
  watchesMax: 32,
  /** Entries of a session's snapshot; its log is made shorter long before. */
  watchedEntriesMax: 20_000,
  /** Of each other list of a snapshot: inputs, notes, rules, alerts. */
  watchedPartsMax: 4_096,
  /** Ids of rooms and sessions, well over any of ours. */
  watchedIdCharsMax: 256,
  /** Calls that wait for a person and are told to other tabs; a session has one at a time. */
  asksMax: 64,
  /** Models that a person brought to this device; policy `refuse`. */
  broughtModelsMax: 32,
  /**
   * What reading one card file may take. The slowest files found take 3 s on two busy cores, and a
   * phone is some five times slower (card-parts.ts).
   */
  cardReadMsMax: 30_000,
  /** What fetching and starting the reader of cards may take, over a slow network. */
  cardReaderStartMsMax: 60_000,
  /** Statuses of persona services told to other tabs: 50 rooms of some twenty. */
  servicesMax: 1_024,
});
