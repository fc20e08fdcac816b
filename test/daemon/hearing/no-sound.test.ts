import { writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openHome } from '../../support/home.js';
import { pcmOf } from '../../support/speech.js';

const BIN = fileURLToPath(new URL('../../fixtures/bin-live', import.meta.url));

/** A daemon that records from the start, at a microphone of test/fixtures/live_recorder.py. */
function record(script: string, input: string) {
  const home = openHome();
  const said = home.file('said.pcm');
  writeFileSync(said, pcmOf(['fox', 'train']));
  const args = ['--source', 'mic', '--sink', 'stdout', '--device', 'cpu', '--start'];
  return home.start(args, {
    PATH: `${BIN}${delimiter}${process.env.PATH}`,
    LIVE_DIR: home.dir,
    LIVE_SOUND: said,
    LIVE_SCRIPT: script,
    LIVE_INPUT: input,
  });
}

async function statusOf(daemon: ReturnType<typeof record>): Promise<string | null> {
  const { microphone } = await daemon.ask('snapshot');
  return typeof microphone === 'object' && microphone !== null && 'message' in microphone
    ? String(microphone.message)
    : null;
}

describe('a microphone through which nothing comes', () => {
  it.each([
    ['muted', /no sound from USB Mic: it is muted: type `pactl set-source-mute/],
    ['quiet', /no sound from USB Mic: its level is 2 %/],
    ['fine', /no sound from USB Mic: switch it on, or choose another input/],
  ])('%s: one line in the log, and in the status', async (input, line) => {
    const daemon = record('pw-record=muted', input);
    await daemon.said(line);
    expect(daemon.stderr().match(/no sound/g)).toHaveLength(1);
    expect(await statusOf(daemon)).toMatch(line);
  });

  it('is told at the start where it is a monitor of the loudspeakers', async () => {
    const daemon = record('pw-record=plain', 'monitor');
    await daemon.said(/microphone: USB Mic: it is a monitor, which hears the loudspeakers/);
  });

  it('is none where somebody speaks', async () => {
    const daemon = record('pw-record=plain', 'fine');
    await daemon.event('transcription');
    expect(daemon.stderr()).not.toMatch(/no sound|microphone/);
  });
});
