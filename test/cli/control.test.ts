import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Home, listen, listenV1 } from './harness.js';

describe('toggle, status and stop', () => {
  it.each([
    ['recording', 'Sending toggle command...\n✓ State: recording\n'],
    ['idle', 'Sending toggle command...\n✓ State: idle\n'],
  ])('toggle says the state: %s', async (state, stdout) => {
    const home = new Home();
    const asked = await listenV1(home, `{"status": "ok", "state": "${state}"}`);
    expect(await home.run(['toggle'])).toEqual({ code: 0, stdout, stderr: '' });
    expect(asked.map((text) => JSON.parse(text))).toEqual([{ action: 'toggle' }]);
  });

  it.each([
    ['idle', 'Ready to record'],
    ['recording', 'Currently recording'],
    ['processing', 'Processing audio'],
    ['error', 'Error state'],
  ])('status in the words of the original: %s', async (state, words) => {
    const home = new Home();
    await listenV1(home, `{"status": "ok", "state": "${state}"}`);
    const { code, stdout } = await home.run(['status']);
    expect([code, stdout]).toEqual([0, `Daemon state: ${state}\n  ${words}\n`]);
  });

  it('stop says that the daemon stops', async () => {
    const home = new Home();
    await listenV1(home, '{"status": "ok", "message": "Stopping daemon"}');
    const stdout = 'Stopping daemon...\n✓ Daemon stopping\n';
    expect(await home.run(['stop'])).toEqual({ code: 0, stdout, stderr: '' });
  });

  it.each(['toggle', 'status', 'stop'])('%s says that no socket is there', async (command) => {
    const { code, stdout } = await new Home().run([command]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ Error: Daemon not running \(socket not found\)\n$/);
  });

  it('says that nobody listens on the socket', async () => {
    const home = new Home();
    writeFileSync(home.controlSocket, '');
    const { code, stdout } = await home.run(['status']);
    expect([code, stdout]).toEqual([1, '✗ Error: Daemon not running (connection refused)\n']);
  });

  it('says that the daemon does not answer', async () => {
    const home = new Home();
    await listen(home.controlSocket, () => undefined);
    const { code, stdout } = await home.run(['status']);
    expect([code, stdout]).toEqual([1, '✗ Error: Daemon not responding (timeout)\n']);
  });

  it('says what the daemon objects to, and takes an answer before the connection is closed', async () => {
    const home = new Home();
    await listen(home.controlSocket, (socket) => socket.write('{"error": "Unknown action: x"}'));
    const { code, stdout } = await home.run(['status']);
    expect([code, stdout]).toEqual([1, '✗ Error: Unknown action: x\n']);
  });

  it.each(['', 'nonsense', '[1]'])('says what is wrong with the answer %j', async (answer) => {
    const home = new Home();
    await listenV1(home, answer);
    const { code, stdout } = await home.run(['status']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✗ Error: Communication error: .+\n$/);
  });
});
