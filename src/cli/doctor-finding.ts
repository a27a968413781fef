/** What a check of the doctor found, and what to do about it. */
export interface Finding {
  check: string;
  ok: boolean;
  found: string;
  advice: string;
}
