import { styleText } from "node:util";

/** How results are printed: for people, or for programs with `--json`. Logs are elsewhere, on stderr. */
export interface Output {
  readonly json: boolean;
  /** One object a line with `--json`, else a table; numbers to the right. */
  rows(rows: readonly Row[]): void;
  /** One object: a line with `--json`, else key and value a line. */
  record(record: Row): void;
  /** A line for people; nothing with `--json`. */
  line(text: string): void;
  /** Coloured on a terminal, plain in a pipe or under NO_COLOR. */
  colour(name: Colour, text: string): string;
}

export type Row = Readonly<Record<string, unknown>>;
export type Colour = "red" | "green" | "yellow" | "dim" | "bold";

export interface OutputOptions {
  json?: boolean;
  stream?: { write(text: string): unknown; isTTY?: boolean };
  env?: Readonly<Record<string, string | undefined>>;
}

/** Results go to stdout of this process unless told otherwise. */
export function createOutput({ json = false, stream = process.stdout, env = process.env }: OutputOptions = {}): Output {
  const coloured = stream.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb";
  const colour = (name: Colour, text: string): string =>
    coloured ? styleText(name, text, { validateStream: false }) : text;
  const printJson = (value: unknown): void => {
    stream.write(`${JSON.stringify(value)}\n`);
  };
  return {
    json,
    colour,
    line: (text) => {
      if (!json) stream.write(`${text}\n`);
    },
    rows: (rows) => {
      if (json) for (const row of rows) printJson(row);
      else for (const line of tableLines(rows, (head) => colour("bold", head))) stream.write(`${line}\n`);
    },
    record: (record) => {
      if (json) return printJson(record);
      const width = Math.max(0, ...Object.keys(record).map((key) => key.length));
      for (const [key, value] of Object.entries(record)) stream.write(`${key.padEnd(width)}  ${cell(value)}\n`);
    },
  };
}

/** Lines of a table whose columns are the keys of the first row. */
function tableLines(rows: readonly Row[], head: (text: string) => string): string[] {
  if (rows.length === 0) return [];
  const columns = Object.keys(rows[0]).map((key) => {
    const cells = rows.map((row) => cell(row[key]));
    const right = rows.every((row) => typeof row[key] === "number" || row[key] === null || row[key] === undefined);
    return { title: key.toUpperCase(), cells, right, width: Math.max(key.length, ...cells.map((text) => text.length)) };
  });
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, column) => {
        const { width, right } = columns[column];
        return right ? text.padStart(width) : text.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  return [
    head(line(columns.map(({ title }) => title))),
    ...rows.map((_, row) => line(columns.map(({ cells }) => cells[row]))),
  ];
}

/** A value as text: `-` where there is none, and nothing that would move the cursor. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return "-";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: symbols come from venues, keys from files
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "?");
}
