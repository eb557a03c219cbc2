/**
 * Hands connections on: `node forward.mjs FROM TO [FROM TO …]`, each of them an address with a port
 * or the path of a socket file. A program of its own, because it runs inside a network namespace.
 */

import { connect, createServer } from 'node:net';

/** @param {string} text */
function address(text) {
  if (text.startsWith('/')) return { path: text };
  const [host, port] = text.split(':');
  return { host, port: Number(port) };
}

const addresses = process.argv.slice(2).map(address);
while (addresses.length > 0) {
  const [from, to] = addresses.splice(0, 2);
  const listener = createServer((near) => {
    const far = connect(to);
    // An error is followed by the close, and what befalls one end befalls the other.
    near.on('error', () => {}).on('close', () => far.destroy()).pipe(far);
    far.on('error', () => {}).on('close', () => near.destroy()).pipe(near);
  });
  await new Promise((resolve) => listener.listen(from, resolve));
}
console.log('forwarding');
