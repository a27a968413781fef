import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { configRows } from "../config/show.js";
import { STARTER } from "../config/starter.js";
import { ConfigError, configJsonSchema, loadConfig, problemText } from "../config.js";
import { CrosstickError, EXIT } from "../errors.js";
import { createOutput } from "./output.js";

/** `crosstick config show|check|schema|new` */
export function register(program: Command): void {
  const config = program.command("config").description("Show, check, describe or start a configuration");
  config
    .command("show")
    .description("Print every value with its source; secrets are masked")
    .option("-c, --config <file>", "configuration file; without one, the defaults")
    .option("--json", "one JSON object a line: path, value, source")
    .action(show);
  config
    .command("check")
    .description("Check a configuration file: exit code 0, or 3 with every problem")
    .requiredOption("-c, --config <file>", "configuration file")
    .option("--json", "one JSON object: file, ok, problems")
    .action(check);
  config.command("schema").description("Print the JSON Schema of the configuration file").action(schema);
  config
    .command("new")
    .description("Write a commented configuration to start from; an existing file stays as it is")
    .argument("[file]", "file to write, - for stdout", "crosstick.yaml")
    .action(start);
}

interface FileOptions {
  config?: string;
  json?: boolean;
}

function show({ config: file, json }: FileOptions): void {
  createOutput({ json }).rows(configRows(loadConfig({ file, env: process.env }), process.env));
}

function check({ config: file = "", json }: FileOptions): void {
  const output = createOutput({ json });
  try {
    loadConfig({ file, env: process.env });
  } catch (error) {
    if (!json || !(error instanceof ConfigError)) throw error;
    const problems = error.problems.map((problem) => ({ ...problem, text: problemText(problem) }));
    output.record({ file, ok: false, problems });
    process.exitCode = error.exitCode;
    return;
  }
  if (json) output.record({ file, ok: true, problems: [] });
  output.line(`${file}: ${output.colour("green", "ok")}`);
}

function schema(): void {
  process.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
}

function start(file: string): void {
  if (file === "-") {
    process.stdout.write(STARTER);
    return;
  }
  try {
    writeFileSync(file, STARTER, { flag: "wx" });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const exists = code === "EEXIST";
    throw new CrosstickError(
      exists ? "CONFIG_EXISTS" : "CONFIG_UNWRITABLE",
      exists ? `${file} exists already and stays as it is` : `${file} cannot be written: ${code}`,
      { exitCode: exists ? EXIT.usage : EXIT.runtime, cause },
    );
  }
  createOutput().line(`Wrote ${file}. Next: crosstick config check -c ${file}`);
}
