// Makes one style sheet of one that imports others: `node bundle-css.mjs main.css rotunda.css [--minify]`.

import { writeFileSync } from 'node:fs';

import { bundle } from 'lightningcss';

const [from, to, ...flags] = process.argv.slice(2);

/** A version as Lightning CSS wants it. */
const version = (major, minor = 0) => (major << 16) | (minor << 8);

const { code } = bundle({
  filename: from,
  minify: flags.includes('--minify'),
  // The oldest browsers that know what the style sheets use, such as `color-mix` and containers.
  targets: { chrome: version(111), edge: version(111), firefox: version(113), safari: version(16, 2) },
});
writeFileSync(to, code);
