import { describe, expect, it } from 'vitest';
import { readTimeline } from '../../ts/protocol/simulation/simulation.js';

function readAll(lines: readonly string[]): unknown[] {
  return [...readTimeline(lines).events];
}

describe('a timeline', () => {
  it('fills in what the world leaves out', () => {
    const { world } = readTimeline(['{"world":{"total_mb":8590}}']);
    expect(world).toMatchObject({ totalMb: 8590, sttMb: 1766, cpuEngineMb: 600, gpu: true });
  });

  it('reads several facts from one line and skips blank ones', () => {
    const events = readAll(['', '{"world":{}}', ' ', '{"t_s":5,"others_mb":1,"speech_s":2}']);
    expect(events).toMatchObject([{ atS: 5, othersMb: 1, speechS: 2 }]);
  });

  it.each([
    [[], 'The timeline is empty'],
    [['nonsense'], 'Line 1 of the timeline: not JSON'],
    [['{"t_s":1}'], 'Line 1 of the timeline: the first line is {"world":{...}}'],
    [['{"world":{"totl_mb":1}}'], 'Line 1 of the timeline: world has no "totl_mb"; its keys are'],
    [
      ['{"world":{}}', '', '{"t_s":1,"other_mb":1}'],
      'Line 3 of the timeline: unknown key "other_mb"',
    ],
    [['{"world":{}}', '{"t_s":1,"fault":"x"}'], 'fault: Invalid option: expected one of "oom"'],
    [['{"world":{}}', '{"others_mb":1}'], 'Line 2 of the timeline: t_s:'],
    [['{"world":{}}', '{"t_s":2}', '{"t_s":1}'], 'Line 3 of the timeline: t_s 1 comes after 2'],
    [
      ['{"world":{}}', '{"t_s":1,"end":true}', '{"t_s":2}'],
      'nothing may follow the line with "end"',
    ],
    [['{"world":{}}', '{"t_s":1,"migrate":"vad"}'], 'migrate and device go together'],
    [['{"world":{}}', '{"t_s":-1}'], 't_s: Too small'],
  ])('refuses %j', (lines, message) => {
    expect(() => readAll(lines)).toThrow(message);
  });
});
