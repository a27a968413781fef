import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/temporary-directory.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    // The build is loaded by Node as it is: the runner would rewrite its hundreds of files anew for each test file.
    server: { deps: { external: [/\/dist\/(src|bench)\//] } },
    // Most tests wait for sockets half of their time: beside two that wait a third can work, on two cores too.
    maxWorkers: 3,
    reporters: ["default", "./test/plain-summary.ts"],
  },
});
