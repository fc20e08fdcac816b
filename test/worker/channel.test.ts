import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Dealer } from 'zeromq';
import { openChannel } from '../../ts/worker/channel.js';

/** A worker's end that reads when it is told to. */
async function connectPeer(endpoint: string, name: string): Promise<Dealer> {
  const dealer = new Dealer({ routingId: name, receiveHighWaterMark: 1, linger: 0 });
  dealer.connect(endpoint);
  await dealer.send('hello');
  onTestFinished(() => dealer.close());
  return dealer;
}

async function open() {
  const dir = mkdtempSync(join(tmpdir(), 'channel-'));
  const heard: string[] = [];
  const channel = await openChannel(join(dir, 'data'), (name) => heard.push(name));
  onTestFinished(() => {
    channel.close();
    rmSync(dir, { recursive: true });
  });
  return { channel, heard };
}

it('a peer that reads nothing, its buffers full, keeps no other waiting', async () => {
  const { channel, heard } = await open();
  await connectPeer(channel.endpoint, 'stuck');
  const other = await connectPeer(channel.endpoint, 'other');
  await expect.poll(() => heard.length).toBe(2);
  const sound = Buffer.alloc(1_000_000);
  const stuck = Array.from({ length: 40 }, () => channel.send('stuck', [sound]));
  const first = await Promise.race([
    Promise.all(stuck).then(() => 'stuck'),
    channel.send('other', [Buffer.from('frame')]).then((sent) => `other ${sent}`),
  ]);
  expect(first).toBe('other true');
  expect((await other.receive()).map(String)).toEqual(['frame']);
  expect((await stuck[0]) ?? false).toBe(true);
});

it('keeps the order of what one peer is sent, also when it makes room late', async () => {
  const { channel, heard } = await open();
  const slow = await connectPeer(channel.endpoint, 'slow');
  await expect.poll(() => heard.length).toBe(1);
  const sound = Buffer.alloc(1_000_000);
  const sent = Array.from({ length: 30 }, (_, at) =>
    channel.send('slow', [Buffer.from(String(at)), sound]),
  );
  const order: string[] = [];
  while (order.length < 30) order.push(String((await slow.receive())[0]));
  expect(order).toEqual(Array.from({ length: 30 }, (_, at) => String(at)));
  expect(await Promise.all(sent)).not.toContain(false);
});

it('says that nobody of that name is there', async () => {
  const { channel } = await open();
  expect(await channel.send('nobody', [Buffer.from('x')])).toBe(false);
});
