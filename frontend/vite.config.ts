import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [react()],
  build: { target: 'es2020', assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 1200 },
  // `npm run dev` beside a running server.
  server: { proxy: { '/api': { target: 'http://127.0.0.1:8001', ws: true } } },
  test: { environment: 'jsdom', setupFiles: 'src/test/setup.ts', testTimeout: 60_000 },
});
