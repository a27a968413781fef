import { type SequenceRule, VERDICT } from "../venue.js";

/**
 * Books of any venue as Tardis relays them: its messages bear no numbers, so a hole inside what the relay
 * sends cannot be seen here. A snapshot begins a book, everything after it is next, and a `disconnect` of
 * the relay ends it. Source: docs.tardis.dev/api/tardis-machine, "Normalized data types".
 */
const rule: SequenceRule = {
  unnumbered: true,
  bridged: false,
  next: () => VERDICT.apply,
  bridge: () => VERDICT.gap,
};

export function integrity(): SequenceRule {
  return rule;
}
