// Writes .br and .gz beside each text file of dist, once, at build time: the server only picks one. Fails when the first load has grown too heavy.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

function walk(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) walk(path);
    else if (/\.(html|js|css|svg|json|txt)$/.test(entry.name)) compress(path);
  }
}

function compress(path) {
  const bytes = readFileSync(path);
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  const gzip = gzipSync(bytes, { level: 9 });
  if (brotli.length < bytes.length) writeFileSync(path + '.br', brotli);
  if (gzip.length < bytes.length) writeFileSync(path + '.gz', gzip);
}

const MOST = 300_000;

/** Bytes of compressed JavaScript that the page loads before it can draw anything: the entry and what it imports at once. */
function firstLoad() {
  const seen = new Set();
  const visit = (file) => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(join('dist/assets', file), 'utf8');
    for (const [, other] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) visit(other);
  };
  for (const [, file] of readFileSync('dist/index.html', 'utf8').matchAll(/\/assets\/([^"]+\.js)"/g)) visit(file);
  return [...seen].reduce((sum, file) => sum + gzipSync(readFileSync(join('dist/assets', file)), { level: 9 }).length, 0);
}

walk('dist');
const first = firstLoad();
console.log(`first load: ${first} bytes of compressed JavaScript`);
if (first === 0 || first > MOST) throw new Error(`the first load may be ${MOST} bytes: load what a view alone needs with that view`);
