// Writes docs/configuration.md from the schema of the configuration file (the build must be there).
// `--check` writes nothing and exits with 1 when the page is out of date.
import { readFileSync, writeFileSync } from "node:fs";
import { configJsonSchema } from "crosstick/internal/config/schema";
import { SECRETS } from "crosstick/internal/config/secrets";

const file = new URL("../docs/configuration.md", import.meta.url);
const page = configurationPage();
if (!process.argv.includes("--check")) writeFileSync(file, page);
else if (readFileSync(file, "utf8") !== page) {
  console.error("docs/configuration.md is out of date: run node scripts/build-docs.js");
  process.exitCode = 1;
}

function configurationPage() {
  const { properties } = configJsonSchema();
  const sections = Object.entries(properties).filter(([, node]) => isSection(node));
  const single = Object.entries(properties).filter(([, node]) => !isSection(node));
  return `${[
    "# Configuration",
    "<!-- Generated from src/config/schema.ts by scripts/build-docs.js: do not edit. -->",
    introduction(),
    "## Single keys",
    table(single.flatMap(([key, node]) => rows(node, key, false))),
    ...sections.flatMap(([key, node]) => (key === "fees" ? fees(node) : section(key, node))),
    "## Secrets",
    "Never in the configuration itself. The variable wins over the file; files are read when the secret is needed, so `config check` passes where they do not exist.",
    grid(
      ["Secret", "Key that names its file", "Variable"],
      SECRETS.map(({ path, fileKey, variable }) => [path.join("."), code(`${path[0]}.${fileKey}`), code(variable)]),
    ),
  ].join("\n\n")}\n`;
}

function introduction() {
  return [
    "One YAML or JSON file, at most 1 MiB. `crosstick config new` writes a commented one, `crosstick config check -c FILE` checks it, `crosstick config show -c FILE` prints each value with its source, `crosstick config schema` prints the JSON Schema. `createEngine` takes the same as an object.",
    "Every key may be absent. A key that is not listed here is an error, which names the nearest right one; *required* means wherever the group or list entry that holds the key is given. Later sources win: defaults, file, environment, flags.",
    "Values outside of lists can be set by `CROSSTICK_` and the path in capitals: `gates.alignMs` by `CROSSTICK_GATES_ALIGN_MS`, a list of texts with commas between them. An empty variable counts as absent; an unknown name is an error. `CROSSTICK_LOG_LEVEL` (fatal, error, warn, info, debug, trace, silent) is the command line's own.",
    "Instruments are `venue:symbol`, with a unified symbol or the venue's own (`binance:BTC/USDT:USDT`, `binance:BTCUSDT`), or `venue.product:RAW`.",
    "Only on a loopback address does the server work without a token. TLS verification cannot be turned off; a `proxy` with credentials is given as `CROSSTICK_PROXY` only.",
  ].join("\n\n");
}

function isSection(node) {
  return node.properties !== undefined || node.items?.properties !== undefined || node.items?.oneOf !== undefined;
}

function section(key, node) {
  const path = node.items === undefined ? key : `${key}[]`;
  const list = node.items === undefined ? "" : " A list; default empty.";
  const branches = node.items?.oneOf;
  return [
    `## ${key}`,
    `${node.description}.${list}`,
    ...(branches === undefined ? [table(rowsOf(node.items ?? node, path))] : kinds(branches, path)),
  ];
}

/** What all kinds share once, then what each adds. */
function kinds(branches, path) {
  const tables = branches.map((branch) => rowsOf(branch, path));
  const shared = tables[0].filter((row) => tables.every((other) => other.some((candidate) => same(candidate, row))));
  return [
    "### Every kind",
    table(shared),
    ...branches.flatMap(({ title, description }, index) => [
      `### ${title}`,
      description,
      table(tables[index].filter((row) => !shared.some((candidate) => same(candidate, row)))),
    ]),
  ];
}

function same(a, b) {
  return a.join("|") === b.join("|");
}

function rowsOf(group, path) {
  return Object.entries(group.properties).flatMap(([key, node]) =>
    rows(node, `${path}.${key}`, group.required?.includes(key)),
  );
}

function fees(node) {
  const venues = Object.entries(node.properties);
  const [, first] = venues[0];
  const fee = Object.values(first.properties)[0];
  return [
    "## fees",
    `${node.description}: \`fees.VENUE.PRODUCT\`.`,
    grid(
      ["Venue", "Products"],
      venues.map(([venue, { properties }]) => [code(venue), Object.keys(properties).map(code).join(", ")]),
    ),
    table(rowsOf(fee, "fees.VENUE.PRODUCT")),
  ];
}

function rows(node, path, required) {
  if (node.properties !== undefined) return rowsOf(node, path);
  const filled = node.default === undefined ? (required ? "required" : "-") : code(JSON.stringify(node.default));
  return [[code(path), typeText(node), filled, node.description ?? ""]];
}

function typeText(node) {
  if (node.const !== undefined) return code(JSON.stringify(node.const));
  if (node.enum !== undefined) return node.enum.map((value) => code(String(value))).join(" ");
  if (node.type === "array") return `list of ${typeText(node.items)}`;
  if (node.type === "object") return "group of keys";
  if (node.type === "boolean") return "`true` `false`";
  if (node.type !== "number" && node.type !== "integer") return "text";
  const name = node.type === "integer" ? "whole number" : "number";
  const low = node.exclusiveMinimum === undefined ? node.minimum : `more than ${node.exclusiveMinimum}`;
  const high = node.maximum >= Number.MAX_SAFE_INTEGER ? undefined : node.maximum;
  if (high === undefined)
    return low === undefined ? name : `${name}, ${String(low).startsWith("more") ? low : `from ${low}`}`;
  return `${name}, ${low} to ${high}`;
}

function table(body) {
  return grid(["Key", "Value", "Default", "Meaning"], body);
}

function grid(head, body) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...body.map(line)].join("\n");
}

function code(text) {
  return `\`${text}\``;
}
