// Builds everything: both compilers at once, as neither needs what the other writes.
import { spawn } from "node:child_process";

const run = (script) =>
  new Promise((resolve) => {
    const child = spawn("npm", ["run", "-s", script], { stdio: "inherit", shell: process.platform === "win32" });
    child.on("exit", (code) => resolve(code ?? 1));
  });
const codes = await Promise.all(["build:wasm", "build:ts"].map(run));
process.exitCode = codes.find((code) => code !== 0) ?? 0;
