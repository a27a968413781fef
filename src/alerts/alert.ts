/** What needs a person: `raised` when it begins, `repeated` while it lasts, `ended` when it is over, `event` for what has no end. */
export interface Alert {
  state: "raised" | "repeated" | "ended" | "event";
  level: "info" | "warn" | "error";
  /** The same for one condition from its beginning to its end; null for an event. */
  key: string | null;
  venue: string | null;
  product: string | null;
  text: string;
  /** Since when it lasts, nanoseconds since 1970; null for an event. */
  since: string | null;
}

/** Something that is wrong now. */
export interface Condition {
  key: string;
  level: "warn" | "error";
  venue: string | null;
  text: string;
  /** It must last so long before anybody is called, ms. */
  afterMs: number;
}
