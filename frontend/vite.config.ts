import { defineConfig } from "vitest/config";

export default defineConfig(({ command }) => ({
  // Django serves index.html for every page and the hashed assets under /static/; `npm run dev` serves all itself.
  base: command === "build" ? "/static/" : "/",
  build: {
    outDir: "dist",
    assetsInlineLimit: 0,
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
  },
  server: {
    proxy: { "/api": process.env.STEPMARK_URL ?? "http://127.0.0.1:8000" },
  },
  test: {
    environment: "happy-dom",
    // A document for each file costs more than all tests: files clean up behind themselves.
    isolate: false,
    include: ["src/**/*.test.{ts,tsx}"],
  },
}));
