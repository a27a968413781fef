import { defineConfig } from "vitest/config";

/** Tests of parts and of replays: they share a process, which reads the build once for many files. What they stub or start they put back. */
const parts = [
  ...["alerts", "config", "decode", "engine", "feed", "journal", "kernel", "market", "queries", "replay", "report"],
  ...["research", "ring", "sources", "strategies", "validation", "venues"],
].map((folder) => `test/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    globalSetup: ["test/temporary-directory.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    // The build is loaded by Node as it is: the runner would rewrite its hundreds of files anew for each test file.
    server: { deps: { external: [/\/dist\/(src|bench)\//] } },
    // Most tests wait for sockets half of their time: beside two that wait a third can work, on two cores too.
    maxWorkers: 3,
    reporters: ["default", "./test/plain-summary.ts"],
    // In the order of their names: the long ones first, so that at the end no core is without work.
    projects: [
      { extends: true, test: { name: "1 whole", include: ["test/**/*.test.ts"], exclude: parts } },
      { extends: true, test: { name: "2 parts", include: parts, isolate: false } },
    ],
  },
});
