/** What the rows of a file are: Tardis's own data types. */
export type TardisType =
  | "incremental_book_L2"
  | "book_snapshot"
  | "trades"
  | "liquidations"
  | "book_ticker"
  | "derivative_ticker"
  | "options_chain";

/** A message made of rows; `text` is null when the row is none of its type. */
export interface RowMessage {
  receivedUs: number;
  symbol: string;
  text: string | null;
}

/** Columns of a type and the keys of the normalised message that they become. */
const KEYS: Record<Exclude<TardisType, "incremental_book_L2" | "book_snapshot">, { type: string; keys: Columns }> = {
  trades: { type: "trade", keys: { id: "id", side: "side", price: "price", amount: "amount" } },
  liquidations: { type: "liquidation", keys: { id: "id", side: "side", price: "price", amount: "amount" } },
  book_ticker: {
    type: "book_ticker",
    keys: { ask_amount: "askAmount", ask_price: "askPrice", bid_price: "bidPrice", bid_amount: "bidAmount" },
  },
  derivative_ticker: {
    type: "derivative_ticker",
    keys: {
      ...{ funding_timestamp: "fundingTimestamp", funding_rate: "fundingRate", index_price: "indexPrice" },
      ...{ predicted_funding_rate: "predictedFundingRate", open_interest: "openInterest", mark_price: "markPrice" },
    },
  },
  options_chain: {
    type: "option_summary",
    keys: {
      ...{ open_interest: "openInterest", mark_price: "markPrice", mark_iv: "markIV" },
      ...{ bid_price: "bestBidPrice", bid_amount: "bestBidAmount", bid_iv: "bestBidIV" },
      ...{ ask_price: "bestAskPrice", ask_amount: "bestAskAmount", ask_iv: "bestAskIV" },
      ...{ underlying_price: "underlyingPrice", delta: "delta", gamma: "gamma", vega: "vega", theta: "theta" },
    },
  },
};
type Columns = Record<string, string>;

/** Text and times in the messages are strings, all else is a number as it stands. */
const TEXTS = new Set(["id", "side"]);
const TIMES = new Set(["fundingTimestamp"]);

/** Makes messages of the rows of one file. */
export class RowReader {
  private readonly columns: readonly string[];
  private readonly message: (cells: string[]) => string | null;
  private readonly isBook: boolean;
  private readonly place: Record<string, number>;
  private isHeader = true;
  private group: BookRows | null = null;
  /** Symbols whose last rows belong to a snapshot: what follows them in it, received later, adds to it. */
  private readonly inSnapshot = new Set<string>();

  constructor(type: TardisType, columns: readonly string[]) {
    this.columns = columns;
    this.place = Object.fromEntries(columns.map((name, index) => [name, index]));
    this.isBook = type === "incremental_book_L2";
    if (type === "incremental_book_L2") this.message = () => null;
    else if (type === "book_snapshot") this.message = this.image(columns);
    else this.message = this.flat(KEYS[type]);
  }

  /** Takes a line, null at the end; gives the message that is complete with it, null when none is. */
  take(line: string | null): RowMessage | null {
    if (line === null) return this.endGroup();
    const text = line.endsWith("\r") ? line.slice(0, -1) : line;
    if (this.isHeader || text === "") {
      this.isHeader = false;
      return null;
    }
    const cells = text.split(",");
    const receivedUs = Number(cells[3]);
    if (cells.length !== this.columns.length || !isTime(cells[2]) || !isTime(cells[3]))
      return { receivedUs: Number.NaN, symbol: "", text: null };
    if (this.isBook) return this.bookRow(cells, receivedUs);
    return { receivedUs, symbol: cells[1], text: this.message(cells) };
  }

  /** A row whose columns are values of the message. */
  private flat({ type, keys }: { type: string; keys: Columns }): (cells: string[]) => string | null {
    const parts = Object.entries(keys).flatMap(([column, key]) =>
      column in this.place ? [{ index: this.place[column], key }] : [],
    );
    return (cells) => {
      let text = opening(type, cells);
      for (const { index, key } of parts) {
        const cell = cells[index];
        if (cell === "") continue;
        if (TIMES.has(key) && !isTime(cell)) return null;
        text += `,"${key}":${TEXTS.has(key) ? JSON.stringify(cell) : TIMES.has(key) ? iso(cell) : cell}`;
      }
      return `${text}}`;
    };
  }

  /** A row that holds the best levels of both sides. */
  private image(columns: readonly string[]): (cells: string[]) => string {
    const depth = columns.filter((name) => /^asks\[\d+\]\.price$/.test(name)).length;
    const side = (name: string) =>
      Array.from({ length: depth }, (_, i) => [this.place[`${name}[${i}].price`], this.place[`${name}[${i}].amount`]]);
    const bids = side("bids");
    const asks = side("asks");
    const levels = (cells: string[], places: number[][]) =>
      places
        .filter(([price]) => cells[price] !== "")
        .map(([price, amount]) => level(cells[price], cells[amount]))
        .join(",");
    return (cells) =>
      `${opening("book_snapshot", cells)},"depth":${depth},"bids":[${levels(cells, bids)}],"asks":[${levels(cells, asks)}]}`;
  }

  private bookRow(cells: string[], receivedUs: number): RowMessage | null {
    const { place } = this;
    const isSnapshot = cells[place.is_snapshot];
    const side = cells[place.side];
    if ((isSnapshot !== "true" && isSnapshot !== "false") || (side !== "bid" && side !== "ask"))
      return { receivedUs, symbol: "", text: null };
    const key = `${cells[3]} ${cells[1]} ${isSnapshot}`;
    const complete = this.group !== null && this.group.key !== key ? this.endGroup() : null;
    if (this.group === null) {
      const isNew = isSnapshot === "true" && !this.inSnapshot.has(cells[1]);
      if (isSnapshot === "true") this.inSnapshot.add(cells[1]);
      else this.inSnapshot.delete(cells[1]);
      this.group = { key, receivedUs, cells, isNew, bids: [], asks: [] };
    }
    this.group[side === "bid" ? "bids" : "asks"].push(level(cells[place.price], cells[place.amount]));
    return complete;
  }

  private endGroup(): RowMessage | null {
    const { group } = this;
    if (group === null) return null;
    this.group = null;
    const { cells, receivedUs, isNew, bids, asks } = group;
    const text = `${opening("book_change", cells)},"isSnapshot":${isNew},"bids":[${bids.join(",")}],"asks":[${asks.join(",")}]}`;
    return { receivedUs, symbol: cells[1], text };
  }
}

/** Rows of a book that were received together. */
interface BookRows {
  key: string;
  receivedUs: number;
  cells: string[];
  /** The book begins anew with them. */
  isNew: boolean;
  bids: string[];
  asks: string[];
}

function opening(type: string, cells: string[]): string {
  return `{"type":"${type}","exchange":${JSON.stringify(cells[0])},"symbol":${JSON.stringify(cells[1])},"timestamp":${iso(cells[2])}`;
}

/** A cell without a number becomes null, which the decoder refuses. */
function level(price: string, amount: string): string {
  return `{"price":${price || "null"},"amount":${amount || "null"}}`;
}

/** Epoch µs, 2001 to 2286. */
function isTime(cell: string): boolean {
  return /^\d{16}$/.test(cell);
}

/** As the messages have it, quoted. */
function iso(us: string): string {
  return `"${new Date(Number(us.slice(0, 13))).toISOString().slice(0, -1)}${us.slice(13)}Z"`;
}
