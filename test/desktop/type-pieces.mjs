// Types with the built injector chain, as the user of the desktop: stdin is a JSON list of deliveries, each a
// list of pieces; stdout is one JSON line per delivery: its outcome, its progress, and the notices.
// SINK names the sink, PASTING the folder of what it keeps, CALL_MS how long a call may take.
import { createSink } from '../../dist/inject/create.js';

const notices = [];
const { SINK = 'auto', PASTING = process.env.XDG_RUNTIME_DIR, PASTE_KEYS = 'auto' } = process.env;
const sink = await createSink(SINK, {
  env: process.env,
  stdout: process.stdout,
  callBaseMs: Number(process.env.CALL_MS ?? 2_500),
  notify: (message) => notices.push(message),
  onProblem: (problem) => notices.push(problem.message),
  asksPermission: (message) => notices.push(message),
  pasting: {
    keys: PASTE_KEYS,
    tokenFile: `${PASTING}/portal-token`,
    debtFile: `${PASTING}/clipboard-before.json`,
  },
});
const input = [];
for await (const chunk of process.stdin) input.push(chunk);
for (const pieces of JSON.parse(Buffer.concat(input).toString())) {
  let done = 0;
  const startedMs = performance.now();
  const onProgress = (count) => {
    done = count;
  };
  const outcome = await sink.deliver(pieces, onProgress, new AbortController().signal);
  const tookMs = performance.now() - startedMs;
  console.log(JSON.stringify({ outcome, done, tookMs, notices: notices.splice(0) }));
}
// As a daemon that is killed before the clipboard is put back.
if (process.env.DIES) process.kill(process.pid, 'SIGKILL');
await sink.close();
// A question that nobody has answered would keep the program.
process.exit(0);
