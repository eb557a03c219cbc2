// Puts a `.br` and a `.gz` beside every file in a folder: `node compress.mjs site`.

import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const [folder] = process.argv.slice(2);

async function compress(file) {
  const bytes = await readFile(file);
  const size = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  const best = { [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS };
  const small = await Promise.all([
    promisify(brotliCompress)(bytes, { params: { ...size, ...best } }),
    promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }),
  ]);
  await Promise.all(['br', 'gz'].map((kind, index) => writeFile(`${file}.${kind}`, small[index])));
}

const entries = await readdir(folder, { recursive: true, withFileTypes: true });
const files = entries.filter((entry) => entry.isFile());
await Promise.all(files.map((file) => compress(join(file.parentPath ?? file.path, file.name))));
