import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/temporary-directory.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    // Most tests wait for sockets half of their time: beside two that wait a third can work, on two cores too.
    maxWorkers: 3,
    reporters: ["default", "./test/plain-summary.ts"],
  },
});
