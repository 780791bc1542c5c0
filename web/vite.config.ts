/// <reference types="vitest/config" />
// The build writes to OUT (hatch_build.py says where); development proxies the API, real or mock (mock/server.mjs).
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const api = process.env.NINEFOLD_API ?? 'http://127.0.0.1:8000';

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: process.env.OUT ?? 'dist',
    emptyOutDir: true,
    manifest: true,
    assetsInlineLimit: 0, // our policy allows data: only for images and fonts, and files cache better
    chunkSizeWarningLimit: 900, // gzip budgets are held by tests/browser/test_budgets.py
  },
  server: { proxy: { '/api': api } },
  test: { include: ['src/**/*.test.ts'] },
});
