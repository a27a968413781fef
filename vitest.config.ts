import { defineConfig } from "vitest/config";

/** Long ones, and those that look at their own process: each file has one of its own. */
const whole = ["bench", "cli", "dashboard", "library", "pains"].map((folder) => `test/${folder}/**/*.test.ts`);

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
    maxConcurrency: 3,
    reporters: ["default", "./test/plain-summary.ts"],
    // In the order of their names: the long ones first, so that at the end no core is without work. The others share
    // a process for many files, which reads the runner and the build once. What they stub or start they put back.
    projects: [
      { extends: true, test: { name: "1 whole", include: whole } },
      { extends: true, test: { name: "2 shared", include: ["test/**/*.test.ts"], exclude: whole, isolate: false } },
    ],
  },
});
