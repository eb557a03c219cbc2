// Loads the page again when the server has a newer build. `cargo xtask dev` puts this, and what
// `BUILD` is, at the end of the page's script; no other command does.
setInterval(async () => {
  const latest = await fetch('/build.txt', { cache: 'no-store' }).catch(() => undefined);
  if (latest?.ok && (await latest.text()) !== BUILD) location.reload();
}, 1000);
