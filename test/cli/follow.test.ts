import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../ts/protocol/command/snapshot.js';
import { exampleSnapshot, FakeDaemon } from './fake-daemon.js';
import { Home, listen } from './harness.js';

/** A daemon that broadcasts its state to whoever connects, as the real one does. */
async function startDaemon(home: Home, world: { snapshot: Snapshot }) {
  const daemon = await new FakeDaemon(home, () => world.snapshot).start();
  const line = () => `{"type":"state_change","state":"${world.snapshot.state}","timestamp":1.0}\n`;
  const broadcast = await listen(home.metricsSocket, (socket) => {
    socket.write(line().slice(0, 20));
    socket.write(`${line().slice(20)}{"type":"transcription","text":"hi"}\n`);
  });
  return {
    publish: (topic: string, payload: Record<string, string> = {}) =>
      daemon.publish(topic, payload),
    stop: async () => {
      daemon.stop();
      await broadcast.close();
    },
  };
}

const hasText = (text: string) => (line: string) => JSON.parse(line).text === text;
const hasClass = (name: string) => (line: string) => JSON.parse(line).class === name;

describe('status --follow', () => {
  it('prints a line at each change, over an end and a start of the daemon', async () => {
    const home = new Home();
    const world = { snapshot: exampleSnapshot() };
    const follower = home.start(['status', '--follow', '--format', 'waybar']);
    expect(JSON.parse(await follower.line(hasClass('error')))).toMatchObject({ text: 'off' });

    const first = await startDaemon(home, world);
    expect(JSON.parse(await follower.line(hasClass('idle')))).toEqual({
      class: 'idle',
      text: 'ready (2 pending)',
      tooltip: expect.stringContaining('Ready to record\nSpeech model: GPU (simulated)'),
    });

    const degraded = { reason: 'no memory', next_attempt_s: null };
    world.snapshot = exampleSnapshot({ state: 'recording', degraded, pending: 0 });
    await publishUntil(first, follower.line(hasClass('degraded')));
    await first.stop();
    await follower.line(hasClass('error'));

    world.snapshot = exampleSnapshot({ state: 'recording', pending: 0 });
    await startDaemon(home, world);
    expect(JSON.parse(await follower.line(hasClass('recording')))).toMatchObject({
      text: '● recording',
    });
    follower.child.kill('SIGINT');
    expect(await follower.ended).toMatchObject({ code: 130, stderr: '' });
  });

  it('escapes for waybar, which reads Pango markup, and for nothing else', async () => {
    const home = new Home();
    const degraded = { reason: 'no file /tmp/a&b<c>/x.nemo', next_attempt_s: null };
    await startDaemon(home, { snapshot: exampleSnapshot({ degraded, pending: 0 }) });
    const bar = home.start(['status', '--follow', '--format', 'waybar']);
    const { tooltip } = JSON.parse(await bar.line(hasClass('degraded')));
    expect(tooltip).toContain('/tmp/a&amp;b&lt;c&gt;/x.nemo');
    expect(tooltip).not.toMatch(/<|&(?!amp;|lt;|gt;|apos;|quot;)/);
    const program = home.start(['status', '--follow', '--format', 'json']);
    expect(await program.line(hasClass('degraded'))).toContain('/tmp/a&b<c>/x.nemo');
  });

  it('shows what is heard while somebody speaks, where it is asked to', async () => {
    const home = new Home();
    const world = { snapshot: exampleSnapshot({ state: 'recording', pending: 0 }) };
    const daemon = await startDaemon(home, world);
    const bar = home.start(['status', '--follow', '--format', 'waybar', '--live']);
    const silent = home.start(['status', '--follow', '--format', 'json']);
    const text = `${'a very long sentence and '.repeat(4)}fish & <chips>`;
    const shown = (line: string) => /chips/.test(JSON.parse(line).text);
    const seen = bar.line(shown);
    await publishUntil(daemon, seen, 'hypothesis', { text });
    const heard = JSON.parse(await seen);
    expect(heard.text).toMatch(/^● ….*fish &amp; &lt;chips&gt;$/);
    expect(heard.class).toBe('recording');
    await publishUntil(daemon, bar.line(hasText('● recording')), 'transcription', { text });
    expect(await silent.line(hasClass('recording'))).not.toContain('chips');
  });

  it('tells the state of a daemon that has nothing but the old sockets', async () => {
    const home = new Home();
    await listen(home.metricsSocket, (socket) =>
      socket.write('{"type": "state_change", "state": "processing", "timestamp": 1.0}\n'),
    );
    const follower = home.start(['status', '--follow']);
    expect(await follower.line(() => true)).toBe('processing: Processing audio');
  });

  it('says in plain words what is wrong', async () => {
    const home = new Home();
    const degraded = { reason: 'no memory', next_attempt_s: 5 };
    const follower = home.start(['status', '--follow']);
    expect(await follower.line(() => true)).toMatch(/^error: Daemon not running: /);
    await startDaemon(home, { snapshot: exampleSnapshot({ degraded }) });
    expect(await follower.line(() => true)).toBe(
      'degraded: no memory, next attempt in 5 s; speech is recorded and kept',
    );
  });

  it('gives the whole snapshot as JSON', async () => {
    const home = new Home();
    await startDaemon(home, { snapshot: exampleSnapshot() });
    const follower = home.start(['status', '--follow', '--format', 'json']);
    const line = JSON.parse(await follower.line(hasClass('idle')));
    expect(line.snapshot).toEqual(exampleSnapshot());
  });
});

/** A subscriber that has just connected misses what was published a moment before. */
async function publishUntil(
  daemon: { publish(topic: string, payload?: Record<string, string>): Promise<void> },
  seen: Promise<string>,
  topic = 'pressure',
  payload: Record<string, string> = {},
): Promise<void> {
  let isSeen = false;
  const end = seen.then(() => {
    isSeen = true;
  });
  while (!isSeen) {
    await daemon.publish(topic, payload);
    await Promise.race([end, new Promise((resolve) => setTimeout(resolve, 20))]);
  }
}
