import type { ProductName, VenueName } from "../market/venues.js";
import type { Endpoints, Subscription } from "../venues/venue.js";
import type { ConnectionSettings } from "./connection-settings.js";
import type { Relay } from "./lane.js";

/** `ws`, or a client of our own that reads into the shared memory. */
export type ReceiveDriver = "ws" | "direct";

/** What one lane listens to: a product of a venue. */
export interface LiveLaneSpec {
  /** Position in the memory plan. */
  index: number;
  venue: VenueName;
  product: ProductName;
  wanted: Subscription[];
  /** Who relays it in words of its own; absent where the venue itself is listened to. */
  relay?: Relay;
  /** Where the configuration says so, instead of the venue's own. */
  socket?: string;
  rest?: string;
  /** Others that serve the same, in the order in which they are tried. */
  backups?: readonly { socket?: string; rest?: string }[];
  /** How frames are received; `ws` when absent. */
  receive?: ReceiveDriver;
  settings: ConnectionSettings;
}

/** An event worth a line in the log. */
export interface FeedNote {
  level: "info" | "warn" | "error";
  venue: VenueName;
  product: ProductName;
  text: string;
  /** A person is needed. */
  isAlert?: true;
}

/** Notes something of a lane. */
export type Say = (level: FeedNote["level"], text: string, isAlert?: true) => void;

/** Where a lane is served: what the configuration says, else the venue's own, with the backups of the same source. */
export function endpointsOf(spec: LiveLaneSpec, known: Endpoints): Endpoints {
  const { socket, rest } = spec;
  const ownSocket = socket === undefined ? (known.backups ?? []) : [];
  const ownRest = rest === undefined ? (known.backups ?? []) : [];
  const backups = [
    ...(spec.backups ?? []),
    ...ownSocket.map((one) => ({ socket: one.socket })),
    ...ownRest.map((one) => ({ rest: one.rest })),
  ];
  return { socket: socket ?? known.socket, rest: rest ?? known.rest, backups };
}

/** The equal addresses of one kind, the first one first. */
export function basesOf(endpoints: Endpoints, kind: "socket" | "rest"): string[] {
  const others = (endpoints.backups ?? []).map((one) => one[kind]).filter((base) => base !== undefined);
  return [...new Set([endpoints[kind], ...others])];
}
