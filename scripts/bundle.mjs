// Joins each program and what it imports into the one file that starts it: reading 250 small modules takes longer
// than everything else that happens before the daemon accepts a key press. Packages stay outside that bring
// native code or files of their own. What tsc wrote to dist/ works without this too.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const OUTSIDE =
  /^(zeromq|libsql|msgpackr|pino|dbus-next|pidusage|crc-32|node-nvidia-smi)(\/|$)|^node:/;

export async function bundlePrograms(root) {
  for (const name of readdirSync(join(root, 'ts', 'bin'))) {
    const bundle = await rolldown({
      input: join(root, 'ts', 'bin', name),
      platform: 'node',
      external: OUTSIDE,
      resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
      logLevel: 'warn',
    });
    const file = join(root, 'dist', 'bin', name.replace(/\.ts$/, '.js'));
    await bundle.write({ file, format: 'esm', codeSplitting: false });
    await bundle.close();
  }
}
