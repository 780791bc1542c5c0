/// <reference types="vitest/config" />
// The build writes to OUT (hatch_build.py says where); development proxies the API, real or mock (mock/server.mjs).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const api = process.env.NINEFOLD_API ?? 'http://127.0.0.1:8000';

/** Writes .gz and .br beside each text file: the server sends them as they are and never compresses answers itself. */
function precompress(): Plugin {
  let out = '';
  return {
    name: 'precompress',
    apply: 'build',
    configResolved: (config) => { out = config.build.outDir; },
    closeBundle: () => {
      for (const name of readdirSync(out, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(js|css|svg|html)$/.test(name)) continue;
        const content = readFileSync(join(out, name));
        writeFileSync(join(out, `${name}.gz`), gzipSync(content, { level: 9 }));
        writeFileSync(join(out, `${name}.br`), brotliCompressSync(content));
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), precompress()],
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
