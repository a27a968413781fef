import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    // Many tests wait for sockets: beside one that waits another can work, on two cores too.
    maxWorkers: 2,
    reporters: ["default", "./test/plain-summary.ts"],
  },
});
