// Types with the built injector chain, as the user of the desktop: stdin is a JSON list of deliveries, each a
// list of pieces; stdout is one JSON line per delivery: its outcome, its progress, and the notices.
import { createSink } from '../../dist/inject/create.js';

const notices = [];
const sink = await createSink('auto', {
  env: process.env,
  stdout: process.stdout,
  callBaseMs: 2_500,
  notify: (message) => notices.push(message),
  onProblem: (problem) => notices.push(problem.message),
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
await sink.close();
