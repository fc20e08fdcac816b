import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Tests run the built programs as real processes, so what is built must be what is written. */
export default function buildPrograms(): void {
  const script = fileURLToPath(new URL('../scripts/build.mjs', import.meta.url));
  try {
    execFileSync(process.execPath, [script, '--quick'], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  } catch {
    // Files are written in spite of type errors; `make check` is what fails on those.
    process.stderr.write('tests: the build has errors, `npm run build` shows them\n');
  }
}
