import { createServer } from "node:net";
import { availableParallelism, totalmem } from "node:os";
import type { Command } from "commander";
import { loadConfig } from "../config.js";
import { CrosstickError, EXIT } from "../errors.js";
import { compileKernel, type DecodeKernel, startKernel } from "../kernel/kernel.js";
import { createMemory, planMemory } from "../kernel/memory.js";
import type { Finding } from "./doctor-finding.js";
import { checkJournal } from "./doctor-journal.js";
import { createOutput } from "./output.js";

/** `crosstick doctor` */
export function register(program: Command): void {
  program
    .command("doctor")
    .description("Check this machine and a configuration for what would stop the engine")
    .argument("[journal]", "directory of a journal to check instead: every byte of it is read")
    .option("-c, --config <file>", "configuration to check; without one, the defaults")
    .option("--json", "one JSON object a line: check, ok, found, advice")
    .action(run);
}

async function run(
  journal: string | undefined,
  { config: file, json }: { config?: string; json?: boolean },
): Promise<void> {
  const findings = journal === undefined ? await checkMachine(file) : checkJournal(journal);
  const output = createOutput({ json });
  output.rows(
    findings.map(({ check, ok, found, advice }) => ({ check, ok: ok ? "yes" : "no", found, advice: ok ? "" : advice })),
  );
  const fatal = findings.filter(({ check, ok }) => !ok && !check.startsWith("fast"));
  if (fatal.length > 0)
    throw new CrosstickError("DOCTOR_FOUND", `${fatal.map(({ check }) => check).join(", ")}: not in order`, {
      exitCode: journal === undefined ? EXIT.runtime : EXIT.damagedInput,
    });
}

async function checkMachine(file: string | undefined): Promise<Finding[]> {
  return [
    nodeVersion(),
    processors(),
    await finding("configuration", "see the message", () => {
      loadConfig({ file, env: process.env });
      return file ?? "defaults";
    }),
    await finding("kernel and shared memory", "run npm run build; lower memory.* in the configuration", () =>
      kernel(file),
    ),
    await finding("fast stream server (uWebSockets.js)", "the ws package serves instead: only slower", async () => {
      await import("uWebSockets.js");
      return "loads";
    }),
    await finding("port", "choose another with server.port or --port", () => freePort(file)),
  ];
}

function nodeVersion(): Finding {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const ok = major > 20 || (major === 20 && minor >= 19);
  return { check: "Node", ok, found: process.versions.node, advice: "install Node 20.19 or later" };
}

function processors(): Finding {
  const found = `${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  return { check: "machine", ok: availableParallelism() >= 2, found, advice: "feeds and engine want a core each" };
}

async function finding(check: string, advice: string, look: () => string | Promise<string>): Promise<Finding> {
  try {
    return { check, ok: true, found: await look(), advice };
  } catch (error) {
    return { check, ok: false, found: error instanceof Error ? error.message.split("\n")[0] : String(error), advice };
  }
}

/** Builds the memory a live engine of this configuration would have, and starts a kernel in it. */
function kernel(file: string | undefined): string {
  const { config } = loadConfig({ file, env: process.env });
  const { instruments, bookLevels, ringRecords, scratchMiB, vwapTrades, windowMiB } = config.memory;
  const plan = planMemory({
    ...{ lanes: [1, 1, 1, 1], ringRecords, scratchBytes: scratchMiB * 2 ** 20, instruments, bookLevels, vwapTrades },
    ...{ windowBytes: windowMiB * 2 ** 20, consumers: [] },
  });
  startKernel<DecodeKernel>(compileKernel("decode"), createMemory(plan)).initTables();
  return `${Math.round((plan.pages * 65_536) / 2 ** 20)} MiB reserved, used as needed`;
}

function freePort(file: string | undefined): Promise<string> {
  const { config } = loadConfig({ file, env: process.env, flags: { server: {} } });
  const { host, port } = config.server ?? { host: "127.0.0.1", port: 8080 };
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, host, () => server.close(() => resolve(`${host}:${port} is free`)));
  });
}
